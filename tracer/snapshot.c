// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/snapshot.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "tracer/proc-threads.h"

#define KERNEL_THREAD_FLAG 0x00200000u /* PF_KTHREAD */

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * WW_NS_PER_S + now.tv_nsec;
}

/* proc(5): the same letters since 2.6.33. */
static unsigned int parse_state(char letter)
{
	static const char letters[WW_WIRE_STATE_N + 1] = "RSDTtXZPI?";
	const char *found = letter ? strchr(letters, letter) : NULL;

	return found ? (unsigned int)(found - letters) : WW_WIRE_STATE_UNKNOWN;
}

/* The file counts in ticks since boot, sleep of the machine included; records count in
 * CLOCK_MONOTONIC. */
static uint64_t start_time_ns(unsigned long long ticks)
{
	int64_t since_boot_ns = (int64_t)(ticks * (uint64_t)(WW_NS_PER_S / sysconf(_SC_CLK_TCK)));
	int64_t suspended_ns = now_ns(CLOCK_BOOTTIME) - now_ns(CLOCK_MONOTONIC);

	return (uint64_t)MAX(since_boot_ns - suspended_ns, 0);
}

/* The last two numbers, after the arguments where there are any; "running" has none. */
static void parse_registers(const char *text, struct ww_wire_task *record)
{
	g_auto(GStrv) words = g_strsplit(text ? text : "", " ", -1);
	const guint n_words = g_strv_length(words);

	if (n_words < 3)
		return;
	record->stack_pointer = g_ascii_strtoull(words[n_words - 2], NULL, 16);
	record->instruction = g_ascii_strtoull(words[n_words - 1], NULL, 16);
}

static void parse_syscall(const char *text, struct ww_wire_task *record)
{
	unsigned long long arg0, arg1;
	int number;

	record->syscall = WW_WIRE_SYSCALL_NONE;
	parse_registers(text, record);
	if (!text || sscanf(text, "%d %llx %llx", &number, &arg0, &arg1) != 3 || number < 0 ||
	    number > INT16_MAX)
		return;
	record->syscall = (__s16)number;
	record->syscall_arg0 = arg0;
	record->syscall_arg1 = (__u8)arg1;
}

/* read, write, readv, writev: calls whose second argument, a buffer, names nothing. */
static bool takes_file(const struct ww_wire_task *record)
{
	return record->syscall == 0 || record->syscall == 1 || record->syscall == 19 ||
	       record->syscall == 20;
}

static bool is_tty(dev_t device)
{
	const unsigned int number = major(device);

	return number == 4 || number == 5 || (number >= 136 && number <= 143);
}

/* Files without a name have no type either. */
static uint8_t file_kind(int32_t pid, int32_t tid, uint64_t descriptor)
{
	g_autofree char *path =
		g_strdup_printf("/proc/%d/task/%d/fd/%u", pid, tid, (unsigned int)descriptor);
	struct stat file;

	if (stat(path, &file) != 0)
		return WW_WIRE_FILE_UNKNOWN;
	switch (file.st_mode & S_IFMT) {
	case 0:
		return WW_WIRE_FILE_EVENT;
	case S_IFIFO:
		return WW_WIRE_FILE_PIPE;
	case S_IFSOCK:
		return WW_WIRE_FILE_SOCKET;
	case S_IFREG:
	case S_IFBLK:
		return WW_WIRE_FILE_REGULAR;
	case S_IFCHR:
		return is_tty(file.st_rdev) ? WW_WIRE_FILE_TTY : WW_WIRE_FILE_DEVICE;
	default:
		return WW_WIRE_FILE_UNKNOWN;
	}
}

bool ww_snapshot_parse(const char *stat, const char *syscall, struct ww_wire_task *record)
{
	/* The name may hold anything, brackets and blanks too: it ends at the last bracket. */
	const char *name = strchr(stat, '(');
	const char *end = strrchr(stat, ')');
	struct ww_wire_task task = { .id = WW_WIRE_ID_TASK };
	unsigned long long ticks;
	unsigned int flags, cpu;
	int tid, parent, prio;
	char letter;

	if (!name || !end || end < name || sscanf(stat, "%d", &tid) != 1)
		return false;
	if (sscanf(end + 1,
		   " %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %d %*d %*d %*d %llu"
		   " %*u %*d %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*d %u",
		   &letter, &parent, &flags, &prio, &ticks, &cpu) != 6)
		return false;
	task.state = parse_state(letter) & 0xf;
	task.is_kernel = !!(flags & KERNEL_THREAD_FLAG);
	task.tid = tid;
	task.parent_pid = parent;
	task.cpu = (__u16)cpu;
	task.prio = (__u8)CLAMP(prio + 100, 0, UINT8_MAX);
	task.start_time = start_time_ns(ticks);
	memcpy(task.comm, name + 1, MIN((size_t)(end - name - 1), sizeof(task.comm) - 1));
	parse_syscall(syscall, &task);
	*record = task;
	return true;
}

bool ww_snapshot_read_thread(int32_t pid, int32_t tid, struct ww_wire_task *record)
{
	g_autofree char *stat_path = g_strdup_printf("/proc/%d/task/%d/stat", pid, tid);
	g_autofree char *syscall_path = g_strdup_printf("/proc/%d/task/%d/syscall", pid, tid);
	g_autofree char *stat = NULL, *syscall = NULL;
	const int64_t begin_ns = now_ns(CLOCK_MONOTONIC);

	g_file_get_contents(syscall_path, &syscall, NULL, NULL);
	if (!g_file_get_contents(stat_path, &stat, NULL, NULL) ||
	    !ww_snapshot_parse(stat, syscall, record))
		return false;
	record->pid = pid;
	record->timestamp = (uint64_t)begin_ns;
	if (takes_file(record))
		record->syscall_arg1 = file_kind(pid, tid, record->syscall_arg0);
	return true;
}

struct reading {
	ww_record_func func;
	void *user_data;
	bool goes_on;
};

static void give_thread(int32_t pid, int32_t tid, void *user_data)
{
	struct reading *reading = user_data;
	struct ww_wire_task record;

	if (reading->goes_on && ww_snapshot_read_thread(pid, tid, &record))
		reading->goes_on =
			reading->func(UINT32_MAX, &record, sizeof(record), reading->user_data);
}

void ww_snapshot_read_proc(ww_record_func func, void *user_data)
{
	g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
	struct reading reading = { .func = func, .user_data = user_data, .goes_on = true };
	int32_t pid;

	while (processes && reading.goes_on && (pid = ww_proc_read_id(processes)))
		ww_proc_for_each_thread(pid, give_thread, &reading);
}
