#define REG01 1
