#define REG10 1
