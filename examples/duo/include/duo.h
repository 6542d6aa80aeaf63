/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * duo - a queue of short records
 *
 * Copyright (C) 2026 The dkms-deb authors
 */
#ifndef DUO_H
#define DUO_H

#include <linux/types.h>

/* A record travels as its length (16 bits, little-endian) and that many bytes. */
#define DUO_HEADER_SIZE	2
#define DUO_RECORD_MAX	256

/* Both may be called in any context, hard interrupts included. */
int duo_push(const void *data, size_t length);
int duo_pop(void *frame, size_t size);
unsigned int duo_pending(void);

#endif
