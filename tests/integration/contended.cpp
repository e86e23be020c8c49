// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program of C++ with a known wait: contended-cpp
 *
 * pool::cache::take() waits for the mutex of pool::shared, which pool::cache::clean() holds for 50 ms
 * at a time.
 */
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace pool
{

class cache {
	std::mutex lock;
	std::atomic<bool> is_held{ false };

    public:
	__attribute__((noinline)) void take(unsigned long n_rounds);
	__attribute__((noinline)) void clean(unsigned long n_rounds);
};

cache shared;

void cache::clean(unsigned long n_rounds)
{
	for (unsigned long i = 0; i < n_rounds; i++) {
		std::lock_guard<std::mutex> guard(lock);

		is_held = true;
		std::this_thread::sleep_for(std::chrono::milliseconds(50));
	}
}

void cache::take(unsigned long n_rounds)
{
	for (unsigned long i = 0; i < n_rounds; i++) {
		while (!is_held)
			std::this_thread::yield();
		is_held = false;
		lock.lock();
		lock.unlock();
	}
}

} // namespace pool

int main()
{
	std::thread cleaner([] { pool::shared.clean(5); });

	pool::shared.take(1);
	cleaner.join();
	return 0;
}
