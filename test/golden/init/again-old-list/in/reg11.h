#define REG11 1
