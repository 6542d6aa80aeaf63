#define REG07 1
