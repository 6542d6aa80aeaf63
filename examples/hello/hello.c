// SPDX-License-Identifier: GPL-2.0-only
/*
 * hello - greets everyone who reads /proc/hello
 *
 * The name to greet is a module parameter that root may change at any time
 * in /sys/module/hello/parameters/name.
 *
 * Copyright (C) 2026 The dkms-deb authors
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/utsname.h>

static char *name = "world";
module_param(name, charp, 0644);
MODULE_PARM_DESC(name, "whom to greet (default: world)");

static int hello_show(struct seq_file *seq, void *unused)
{
	kernel_param_lock(THIS_MODULE);
	seq_printf(seq, "Hello, %s!\n", name);
	kernel_param_unlock(THIS_MODULE);
	return 0;
}

static int __init hello_init(void)
{
	if (!proc_create_single("hello", 0444, NULL, hello_show))
		return -ENOMEM;

	pr_info("hello from Linux %s\n", init_utsname()->release);
	return 0;
}

static void __exit hello_exit(void)
{
	remove_proc_entry("hello", NULL);
	pr_info("goodbye\n");
}

module_init(hello_init);
module_exit(hello_exit);

MODULE_AUTHOR("The dkms-deb authors");
MODULE_DESCRIPTION("Greeting in /proc/hello");
MODULE_LICENSE("GPL");
MODULE_VERSION("1.0");
