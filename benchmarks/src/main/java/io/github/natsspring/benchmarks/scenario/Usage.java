/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.natsspring.benchmarks.scenario;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/**
 * What the process has used up to a moment.
 *
 * @param nanos the time, as {@link System#nanoTime()} has it
 * @param cpuNanos the processor time of the whole process
 * @param totalBytes what all threads allocated, those that ended included, or -1 where
 * the JVM does not know (before Java 21)
 * @param threadBytes what the threads that live allocated, by id
 */
record Usage(long nanos, long cpuNanos, long totalBytes, Map<Long, Long> threadBytes) {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory
		.getOperatingSystemMXBean();

	private static final @Nullable Method TOTAL = total();

	private static @Nullable Method total() {
		try {
			return ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
		}
		catch (NoSuchMethodException ex) {
			return null;
		}
	}

	static Usage now() {
		long[] ids = THREADS.getAllThreadIds();
		long[] bytes = THREADS.getThreadAllocatedBytes(ids);
		Map<Long, Long> threads = new HashMap<>();
		for (int i = 0; i < ids.length; i++) {
			threads.put(ids[i], bytes[i]);
		}
		return new Usage(System.nanoTime(), SYSTEM.getProcessCpuTime(), totalNow(), threads);
	}

	private static long totalNow() {
		if (TOTAL == null) {
			return -1;
		}
		try {
			return (long) TOTAL.invoke(THREADS);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Bytes allocated since an earlier moment by everything but one thread.
	 */
	long bytesSince(Usage before, long exceptThread) {
		long except = since(before, exceptThread);
		if (this.totalBytes >= 0) {
			return this.totalBytes - before.totalBytes - except;
		}
		long sum = -except;
		for (Long id : this.threadBytes.keySet()) {
			sum += since(before, id);
		}
		return sum;
	}

	private long since(Usage before, long thread) {
		return Math.max(0, this.threadBytes.getOrDefault(thread, 0L) - before.threadBytes.getOrDefault(thread, 0L));
	}

}
