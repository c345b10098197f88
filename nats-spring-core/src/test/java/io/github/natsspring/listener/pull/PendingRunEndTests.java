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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for runs without a thread when their {@link Lane} is held, closed or given up.
 */
class PendingRunEndTests extends AbstractPendingRunTests {

	@Test
	void waitsAtTheEndForWhatIsPendingAndGivesBackTheRest() throws InterruptedException {
		Lane lane = lane(2, 1);
		List<Delivery> deliveries = add(lane, 10);
		await().until(() -> this.started.size() == 2);
		List<Delivery> unstarted = lane.close().stream().filter(Delivery::endUnstarted).toList();
		assertThat(unstarted).hasSize(8);
		assertThat(lane.end().await(TimeUnit.MILLISECONDS.toNanos(50))).isFalse();
		this.started.forEach((delivery) -> this.results.get(delivery).complete(null));
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
		assertThat(this.ended).hasSize(2);
		assertThat(this.started).hasSize(2);
		assertThat(deliveries).containsAll(this.started);
	}

	@Test
	void endsWhatIsPendingWhileHeldAndStartsNothing() {
		Lane lane = lane(1, 1);
		List<Delivery> deliveries = add(lane, 2);
		await().until(() -> this.started.size() == 1);
		lane.hold().forEach(Delivery::endUnstarted);
		await().until(() -> this.threads.get() == 0);
		this.results.get(deliveries.get(0)).complete(null);
		await().until(() -> this.ended.size() == 1);
		lane.release();
		Delivery next = add(lane, 1).get(0);
		await().until(() -> this.started.contains(next));
		assertThat(this.started).containsExactly(deliveries.get(0), next);
		lane.close();
	}

	@Test
	void endsWhatIsPendingWhenTheExecutorRefusesAfterTheLaneIsClosed() throws InterruptedException {
		AtomicBoolean down = new AtomicBoolean();
		Executor executor = executor();
		Lane lane = new Lane(1, (task) -> {
			if (down.get()) {
				throw new RejectedExecutionException("shut down");
			}
			executor.execute(task);
		}, handler());
		Delivery delivery = add(lane, 1).get(0);
		await().until(() -> this.started.size() == 1 && this.threads.get() == 0);
		lane.close();
		down.set(true);
		this.results.get(delivery).complete(null);
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
		assertThat(this.ended).containsExactly(delivery);
	}

	@Test
	void givesUpOneThatHangsAndLetsAnotherTakeItsPlace() {
		Lane lane = lane(1, 1);
		List<Delivery> deliveries = add(lane, 3);
		await().until(() -> this.started.size() == 1 && this.threads.get() == 0);
		List<LaneRun> runs = new ArrayList<>();
		lane.scan((waiting) -> {
		}, runs::add);
		assertThat(runs).singleElement().satisfies((run) -> {
			assertThat(run.current()).isSameAs(deliveries.get(0));
			assertThat(run.progress(TimeUnit.MINUTES.toNanos(1))).isEqualTo(RunClock.Progress.RUNS);
			assertThat(run.progress(1)).isEqualTo(RunClock.Progress.HANGS);
			assertThat(run.progress(1)).isEqualTo(RunClock.Progress.UNCHANGED);
			assertThat(run.describePosition()).contains("what it returned does not complete");
		});
		assertThat(lane.giveUp(runs.get(0), true)).containsExactly(deliveries.get(1), deliveries.get(2));
		Delivery next = add(lane, 1).get(0);
		await().until(() -> this.started.contains(next));
		assertThat(this.recovered).hasValue(0);
		this.results.get(deliveries.get(0)).complete(null);
		await().until(() -> this.recovered.get() == 1);
		assertThat(this.ended).containsExactly(deliveries.get(0));
		complete(List.of(next));
		lane.close();
	}

}
