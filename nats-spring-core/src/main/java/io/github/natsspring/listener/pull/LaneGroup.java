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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a container: one lane with one or several workers, or several lanes with
 * one worker each, among which the key of a message chooses.
 */
final class LaneGroup {

	private final List<Lane> lanes;

	private final @Nullable KeyLanes keys;

	private LaneGroup(List<Lane> lanes, @Nullable KeyLanes keys) {
		this.lanes = lanes;
		this.keys = keys;
	}

	static LaneGroup of(PullContainerSettings settings, Executor executor, LaneHandler handler) {
		Function<Message, @Nullable Object> key = settings.orderingKey();
		if (key == null || settings.concurrency() == 1) {
			return new LaneGroup(
					List.of(lane(settings.concurrency(), settings, executor, handler, new LaneTurns(false))), null);
		}
		LaneTurns turns = new LaneTurns(true);
		List<Lane> lanes = IntStream.range(0, settings.concurrency())
			.mapToObj((lane) -> lane(1, settings, executor, handler, turns))
			.toList();
		return new LaneGroup(lanes, new KeyLanes(lanes.size(), key, (lane) -> lanes.get(lane).isBlocked()));
	}

	private static Lane lane(int workers, PullContainerSettings settings, Executor executor, LaneHandler handler,
			LaneTurns turns) {
		return new Lane(workers, executor, handler, turns, settings.batchSize(), settings.batchTimeout());
	}

	/**
	 * Add a delivery.
	 * @return {@code false} if the lanes are closed, then the delivery was not taken
	 */
	boolean add(Delivery delivery) {
		if (this.keys == null) {
			return this.lanes.get(0).add(delivery);
		}
		int lane = this.keys.assign(delivery);
		boolean added = this.lanes.get(lane).add(delivery);
		if (!added) {
			delivery.leave();
		}
		return added;
	}

	List<Delivery> close() {
		List<Delivery> unstarted = new ArrayList<>();
		this.lanes.forEach((lane) -> unstarted.addAll(lane.close()));
		return unstarted;
	}

	/**
	 * Start nothing until {@link #release()}.
	 * @return what was taken in and may not have started
	 */
	List<Delivery> hold() {
		List<Delivery> unstarted = new ArrayList<>();
		this.lanes.forEach((lane) -> unstarted.addAll(lane.hold()));
		return unstarted;
	}

	void release() {
		this.lanes.forEach(Lane::release);
	}

	/**
	 * Wait until everything has run that may run.
	 */
	void awaitIdle(long nanos) throws InterruptedException {
		long deadline = System.nanoTime() + nanos;
		for (Lane lane : this.lanes) {
			lane.end().awaitIdle(deadline - System.nanoTime());
		}
	}

	boolean awaitEnd(long nanos) throws InterruptedException {
		long deadline = System.nanoTime() + nanos;
		boolean ended = true;
		for (Lane lane : this.lanes) {
			ended &= lane.end().await(deadline - System.nanoTime());
		}
		return ended;
	}

	/**
	 * How many deliveries wait for a run.
	 */
	int waiting() {
		return this.lanes.stream().mapToInt(Lane::waiting).sum();
	}

	/**
	 * Look at each lane.
	 */
	void forEach(Consumer<Lane> visitor) {
		this.lanes.forEach(visitor);
	}

}
