/** Licence notices in the words of real files. */
export const GPL2_OR_LATER = `/*
 * This program is free software; you can redistribute it and/or modify it
 * under the terms of the GNU General Public License as published by the Free
 * Software Foundation; either version 2 of the License, or (at your option)
 * any later version.
 */`;
export const GPL2_ONLY = `/* This program is free software; you can redistribute it and/or modify it
 * under the terms of version 2 of the GNU General Public License as
 * published by the Free Software Foundation. */`;
export const MIT = `# Permission is hereby granted, free of charge, to any person obtaining a
# copy of this software and associated documentation files`;
export const BSD2 = `Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:
1. Redistributions of source code must retain the above copyright notice
2. Redistributions in binary form must reproduce the above copyright notice`;
export const BSD3 = `${BSD2}
3. Neither the name of Intel Corporation nor the names of its contributors`;
