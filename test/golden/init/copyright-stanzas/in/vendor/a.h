// SPDX-License-Identifier: MIT
// Copyright 2019-2021 Example Corp.
