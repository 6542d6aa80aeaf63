#define REG06 1
