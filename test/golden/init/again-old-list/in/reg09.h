#define REG09 1
