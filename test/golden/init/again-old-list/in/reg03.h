#define REG03 1
