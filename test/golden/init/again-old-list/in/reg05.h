#define REG05 1
