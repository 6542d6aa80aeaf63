#define REG04 1
