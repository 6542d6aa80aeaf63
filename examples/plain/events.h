/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copyright (C) 2026 The dkms-deb authors
 */
#ifndef NETCOUNT_EVENTS_H
#define NETCOUNT_EVENTS_H

struct seq_file;

int netcount_events_start(void);
void netcount_events_stop(void);
void netcount_events_show(struct seq_file *seq);

#endif
