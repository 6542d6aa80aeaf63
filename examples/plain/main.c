// SPDX-License-Identifier: GPL-2.0-only
/*
 * netcount - /proc/netcount: how often network devices came, went and changed
 *
 * Copyright (C) 2026 The dkms-deb authors
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "events.h"

static int netcount_show(struct seq_file *seq, void *unused)
{
	netcount_events_show(seq);
	return 0;
}

static int __init netcount_init(void)
{
	int ret;

	ret = netcount_events_start();
	if (ret)
		return ret;

	if (!proc_create_single("netcount", 0444, NULL, netcount_show)) {
		netcount_events_stop();
		return -ENOMEM;
	}

	pr_info("counting network device events\n");
	return 0;
}

static void __exit netcount_exit(void)
{
	remove_proc_entry("netcount", NULL);
	netcount_events_stop();
}

module_init(netcount_init);
module_exit(netcount_exit);

MODULE_AUTHOR("The dkms-deb authors");
MODULE_DESCRIPTION("Counter of network device events in /proc/netcount");
MODULE_LICENSE("GPL");
MODULE_VERSION("2.1");
