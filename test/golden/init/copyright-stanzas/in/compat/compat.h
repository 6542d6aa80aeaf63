/* SPDX-License-Identifier: GPL-2.0-only */
/* Copyright (c) 2011 Bob Builder */
