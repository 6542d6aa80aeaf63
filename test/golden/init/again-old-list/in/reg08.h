#define REG08 1
