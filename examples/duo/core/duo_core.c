// SPDX-License-Identifier: GPL-2.0-only
/*
 * duo_core - the queue: framed records in a ring of bytes
 *
 * Copyright (C) 2026 The dkms-deb authors
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kfifo.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#include <asm/unaligned.h>

#include "duo.h"

#define DUO_QUEUE_SIZE	4096

#ifdef DUO_RAW_LOCK
#define DUO_LOCK_NAME	"raw"
static DEFINE_RAW_SPINLOCK(duo_lock);
#define duo_lock_irqsave(flags)		raw_spin_lock_irqsave(&duo_lock, flags)
#define duo_unlock_irqrestore(flags)	raw_spin_unlock_irqrestore(&duo_lock, flags)
#else
#define DUO_LOCK_NAME	"spin"
static DEFINE_SPINLOCK(duo_lock);
#define duo_lock_irqsave(flags)		spin_lock_irqsave(&duo_lock, flags)
#define duo_unlock_irqrestore(flags)	spin_unlock_irqrestore(&duo_lock, flags)
#endif

static DEFINE_KFIFO(duo_queue, u8, DUO_QUEUE_SIZE);
static unsigned int duo_count;

/**
 * duo_push - append a record
 * @data: its bytes
 * @length: how many, 1 to DUO_RECORD_MAX
 *
 * Return: 0, -EMSGSIZE for a length that no record has, -ENOSPC if the queue is full.
 */
int duo_push(const void *data, size_t length)
{
	u8 header[DUO_HEADER_SIZE];
	unsigned long flags;
	int ret = 0;

	if (!length || length > DUO_RECORD_MAX)
		return -EMSGSIZE;

	put_unaligned_le16(length, header);

	duo_lock_irqsave(flags);
	if (kfifo_avail(&duo_queue) < sizeof(header) + length) {
		ret = -ENOSPC;
	} else {
		kfifo_in(&duo_queue, header, sizeof(header));
		kfifo_in(&duo_queue, (const u8 *)data, length);
		duo_count++;
	}
	duo_unlock_irqrestore(flags);

	return ret;
}
EXPORT_SYMBOL_GPL(duo_push);

/**
 * duo_pop - take the oldest record, header and all
 * @frame: where it goes
 * @size: room there; a record that does not fit stays in the queue
 *
 * Return: the frame's size, 0 if the queue is empty, -EMSGSIZE if the room is too small.
 */
int duo_pop(void *frame, size_t size)
{
	u8 header[DUO_HEADER_SIZE];
	unsigned long flags;
	size_t total;
	int ret = 0;

	duo_lock_irqsave(flags);
	if (kfifo_out_peek(&duo_queue, header, sizeof(header)) == sizeof(header)) {
		total = sizeof(header) + get_unaligned_le16(header);
		if (total > size) {
			ret = -EMSGSIZE;
		} else {
			ret = kfifo_out(&duo_queue, (u8 *)frame, total);
			duo_count--;
		}
	}
	duo_unlock_irqrestore(flags);

	return ret;
}
EXPORT_SYMBOL_GPL(duo_pop);

/**
 * duo_pending - how many records wait in the queue
 */
unsigned int duo_pending(void)
{
	return READ_ONCE(duo_count);
}
EXPORT_SYMBOL_GPL(duo_pending);

static int __init duo_core_init(void)
{
	pr_info("queue of %u bytes, %s lock\n", DUO_QUEUE_SIZE, DUO_LOCK_NAME);
	return 0;
}

static void __exit duo_core_exit(void)
{
}

module_init(duo_core_init);
module_exit(duo_core_exit);

MODULE_AUTHOR("The dkms-deb authors");
MODULE_DESCRIPTION("Queue of short records");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.3.1");
MODULE_INFO(lock, DUO_LOCK_NAME);
