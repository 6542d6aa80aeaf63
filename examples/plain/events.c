// SPDX-License-Identifier: GPL-2.0-only
/*
 * netcount - what happens to network devices, counted
 *
 * Copyright (C) 2026 The dkms-deb authors
 */

#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/seq_file.h>

#include "events.h"

static struct {
	unsigned long event;
	const char *name;
	atomic_t seen;
} netcount_events[] = {
	{ .event = NETDEV_REGISTER,	.name = "register" },
	{ .event = NETDEV_UP,		.name = "up" },
	{ .event = NETDEV_CHANGE,	.name = "change" },
	{ .event = NETDEV_DOWN,		.name = "down" },
	{ .event = NETDEV_UNREGISTER,	.name = "unregister" },
};

static int netcount_notify(struct notifier_block *block, unsigned long event, void *data)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(netcount_events); i++)
		if (netcount_events[i].event == event)
			atomic_inc(&netcount_events[i].seen);

	return NOTIFY_DONE;
}

static struct notifier_block netcount_block = {
	.notifier_call = netcount_notify,
};

/* The kernel replays "register" and "up" for the devices that are there already. */
int netcount_events_start(void)
{
	return register_netdevice_notifier(&netcount_block);
}

void netcount_events_stop(void)
{
	unregister_netdevice_notifier(&netcount_block);
}

void netcount_events_show(struct seq_file *seq)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(netcount_events); i++)
		seq_printf(seq, "%-10s %d\n", netcount_events[i].name,
			   atomic_read(&netcount_events[i].seen));
}
