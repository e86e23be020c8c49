/* SPDX-License-Identifier: MIT */
/*
 * whywait.h: a program's own words in its trace.
 *
 *     uint64_t task = whywait_task_begin("request", 0);
 *     {
 *             WHYWAIT_REGION(task, "parse");
 *             whywait_log(task, "parser", "no length given");
 *     }
 *     whywait_counter("queue length", n_queued);
 *     whywait_task_end(task);
 *
 * Including this header is all: nothing is linked and nothing has to be there at run time. When
 * trace-record runs the program, its preloaded library is found and every call becomes one event of
 * the calling thread. Else each call is a load and a branch; a statically linked program does
 * nothing for ever. C11 and C++11, any compiler that knows GCC's attributes.
 *
 * Any thread and signal handlers may call; errno is kept; nothing allocates or locks. Texts are
 * copied into the event, so they need to live for the call only; those of regions until its end.
 */
#ifndef WHYWAIT_H
#define WHYWAIT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What the preloaded library exports. The number rises when a member changes its meaning. */
struct whywait_calls {
	int (*is_recorded)(void);
	uint64_t (*task_begin)(const char *name, uint64_t parent);
	void (*task_end)(uint64_t task);
	void (*region_begin)(uint64_t task, const char *name);
	void (*region_end)(uint64_t task, const char *name);
	void (*log)(uint64_t task, const char *category, const char *message);
	void (*counter)(const char *name, int64_t value);
};

extern const struct whywait_calls whywait_calls_1 __attribute__((weak));

#ifdef __cplusplus
}
#endif

#ifdef __cplusplus
#define WHYWAIT_NULL nullptr
#else
#define WHYWAIT_NULL ((void *)0)
#endif

/*
 * NULL without the library. The address is asked from the global offset table: code that is not
 * position-independent would have it set to zero by the linker instead.
 */
static inline const struct whywait_calls *whywait_calls(void)
{
#if defined(__x86_64__) && !defined(__ILP32__) && !defined(__PIC__)
	const struct whywait_calls *calls;

	__asm__(".weak whywait_calls_1\n\t"
		"mov{q}\t{whywait_calls_1@GOTPCREL(%%rip), %0|"
		"%0, QWORD PTR whywait_calls_1@GOTPCREL[rip]}"
		: "=r"(calls));
	return calls;
#else
	return &whywait_calls_1;
#endif
}

#define WHYWAIT_HAS(calls) __builtin_expect((calls) != WHYWAIT_NULL, 0)

/* Whether somebody records right now: worth asking before an expensive message is put together. */
static inline int whywait_is_recorded(void)
{
	const struct whywait_calls *calls = whywait_calls();

	return WHYWAIT_HAS(calls) && calls->is_recorded();
}

/*
 * A task is one piece of the program's work, such as a request. It may pass from thread to thread,
 * begin in one and end in another, and belong to another task, its @parent (else 0). Returns its
 * id, which is unique among all processes of the recording and so may be sent to another one; 0
 * when nobody records, and 0 is fine wherever a task is asked for.
 */
static inline uint64_t whywait_task_begin(const char *name, uint64_t parent)
{
	const struct whywait_calls *calls = whywait_calls();

	return WHYWAIT_HAS(calls) ? calls->task_begin(name, parent) : 0;
}

static inline void whywait_task_end(uint64_t task)
{
	const struct whywait_calls *calls = whywait_calls();

	if (WHYWAIT_HAS(calls))
		calls->task_end(task);
}

/*
 * A region is what one thread does between a begin and its end. Regions of a thread lie inside each
 * other; the end repeats what the begin said. @task: for which, or 0.
 */
static inline void whywait_region_begin(uint64_t task, const char *name)
{
	const struct whywait_calls *calls = whywait_calls();

	if (WHYWAIT_HAS(calls))
		calls->region_begin(task, name);
}

static inline void whywait_region_end(uint64_t task, const char *name)
{
	const struct whywait_calls *calls = whywait_calls();

	if (WHYWAIT_HAS(calls))
		calls->region_end(task, name);
}

/* A message at this instant. @category says which part of the program speaks; @task as above. */
static inline void whywait_log(uint64_t task, const char *category, const char *message)
{
	const struct whywait_calls *calls = whywait_calls();

	if (WHYWAIT_HAS(calls))
		calls->log(task, category, message);
}

/* From now on @name is @value; of the whole process, whichever thread says it. */
static inline void whywait_counter(const char *name, int64_t value)
{
	const struct whywait_calls *calls = whywait_calls();

	if (WHYWAIT_HAS(calls))
		calls->counter(name, value);
}

#define WHYWAIT_PASTE_(left, right) left##right
#define WHYWAIT_PASTE(left, right) WHYWAIT_PASTE_(left, right)

/*
 * WHYWAIT_REGION(task, "name"); is a region up to the end of the block, whichever way that is left:
 * return, break and goto; an exception in C++. In C a cancelled thread ends it only where the
 * program is compiled with -fexceptions, and longjmp() never does.
 */
#ifdef __cplusplus

namespace whywait
{

class region
{
      public:
	region(uint64_t task, const char *name) : task_(task), name_(name)
	{
		whywait_region_begin(task_, name_);
	}
	~region()
	{
		whywait_region_end(task_, name_);
	}
	region(const region &) = delete;
	region &operator=(const region &) = delete;

      private:
	uint64_t task_;
	const char *name_;
};

class task
{
      public:
	explicit task(const char *name, uint64_t parent = 0) : id_(whywait_task_begin(name, parent))
	{
	}
	~task()
	{
		whywait_task_end(id_);
	}
	task(const task &) = delete;
	task &operator=(const task &) = delete;
	uint64_t id() const
	{
		return id_;
	}

      private:
	uint64_t id_;
};

} /* namespace whywait */

#define WHYWAIT_REGION(task, name)                                                                 \
	const ::whywait::region WHYWAIT_PASTE(whywait_region_, __LINE__)((task), (name))

#else

struct whywait_region {
	uint64_t task;
	const char *name;
};

static inline struct whywait_region whywait_region_open(uint64_t task, const char *name)
{
	struct whywait_region region = { task, name };

	whywait_region_begin(task, name);
	return region;
}

static inline void whywait_region_close(const struct whywait_region *region)
{
	whywait_region_end(region->task, region->name);
}

#define WHYWAIT_REGION(task, name)                                                                 \
	const struct whywait_region WHYWAIT_PASTE(whywait_region_, __LINE__)                       \
		__attribute__((cleanup(whywait_region_close), unused)) =                           \
			whywait_region_open((task), (name))

#endif

#endif
