#define REG02 1
