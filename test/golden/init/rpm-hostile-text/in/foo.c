// SPDX-License-Identifier: GPL-2.0+ OR MIT
/* Copyright (C) 2024 Ann Author <ann@example.org> */
#include <linux/module.h>
MODULE_LICENSE("GPL");
MODULE_AUTHOR("Ann Author <ann@example.org>");
MODULE_DESCRIPTION("Bus of %{lua:os.execute('touch /tmp/pwned')} and %(touch /tmp/pwned) wood\\");
