// SPDX-License-Identifier: GPL-2.0-or-later
/* A program without a dynamic loader. */
int main(void)
{
	return 0;
}
