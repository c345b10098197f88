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

package io.github.natsspring.listener.pull;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Deliveries that no lane takes any more. While the pulls are still open they wait:
 * handed back then, they would come straight back.
 */
final class LateDeliveries {

	private final Settler settler;

	private final Queue<Delivery> deliveries = new ConcurrentLinkedQueue<>();

	private volatile boolean drained;

	LateDeliveries(Settler settler) {
		this.settler = settler;
	}

	void add(Delivery delivery) {
		this.deliveries.add(delivery);
		if (this.drained) {
			handBack();
		}
	}

	/**
	 * There are pulls again: what comes waits.
	 */
	void collect() {
		this.drained = false;
	}

	/**
	 * The pulls are gone: hand back what is here, and from now on what comes.
	 * @return how many were handed back
	 */
	long drained() {
		this.drained = true;
		return handBack();
	}

	/**
	 * Hand back what is here.
	 */
	long handBack() {
		long count = 0;
		for (Delivery delivery = this.deliveries.poll(); delivery != null; delivery = this.deliveries.poll()) {
			if (this.settler.handBack(delivery)) {
				count++;
			}
		}
		return count;
	}

}
