// SPDX-License-Identifier: GPL-2.0-only
/* Copyright (C) 2024 Ann Author <ann@example.org> */
#include <linux/module.h>
MODULE_LICENSE("GPL");
MODULE_AUTHOR("Ann Author <ann@example.org>");
MODULE_DESCRIPTION("Example driver for the golden tests");
