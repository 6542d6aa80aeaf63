/* Copyright (c) 2019 Test Stranger
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted. */
