// SPDX-License-Identifier: GPL-2.0-only
/*
 * duo_dev - the queue of duo_core as /dev/duo
 *
 * A write appends one record, a read takes one with its two-byte header;
 * a read of the empty queue is the end of the file.
 *
 * Copyright (C) 2026 The dkms-deb authors
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/uaccess.h>

#include "duo.h"

static ssize_t duo_read(struct file *file, char __user *buffer, size_t size, loff_t *offset)
{
	u8 frame[DUO_HEADER_SIZE + DUO_RECORD_MAX];
	int length;

	length = duo_pop(frame, min(size, sizeof(frame)));
	if (length > 0 && copy_to_user(buffer, frame, length))
		return -EFAULT;

	return length;
}

static ssize_t duo_write(struct file *file, const char __user *buffer, size_t size, loff_t *offset)
{
	u8 record[DUO_RECORD_MAX];
	int ret;

	if (size > sizeof(record))
		return -EMSGSIZE;
	if (copy_from_user(record, buffer, size))
		return -EFAULT;

	ret = duo_push(record, size);
	return ret ? ret : size;
}

static __poll_t duo_poll(struct file *file, poll_table *wait)
{
	return EPOLLOUT | EPOLLWRNORM | (duo_pending() ? EPOLLIN | EPOLLRDNORM : 0);
}

static const struct file_operations duo_fops = {
	.owner	= THIS_MODULE,
	.read	= duo_read,
	.write	= duo_write,
	.poll	= duo_poll,
};

static struct miscdevice duo_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "duo",
	.fops	= &duo_fops,
	.mode	= 0660,
};

static int __init duo_dev_init(void)
{
	int ret;

	ret = misc_register(&duo_device);
	if (ret)
		return ret;

	pr_info("/dev/%s is there\n", duo_device.name);
	return 0;
}

static void __exit duo_dev_exit(void)
{
	misc_deregister(&duo_device);
}

module_init(duo_dev_init);
module_exit(duo_dev_exit);

MODULE_AUTHOR("The dkms-deb authors");
MODULE_DESCRIPTION("Character device for the queue of duo_core");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.3.1");
