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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Lane}: order, parking and end.
 */
class LaneTests extends AbstractLaneTests {

	@Test
	void runsDeliveriesInOrder() {
		Lane lane = lane(1);
		List<Delivery> deliveries = add(lane, 1000);
		Awaitility.await().until(() -> this.started.size() == 1000);
		assertThat(this.started).containsExactlyElementsOf(deliveries);
		lane.close();
	}

	@Test
	void runsAsManyAtOnceAsItHasWorkers() {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(4);
		add(lane, 100);
		Awaitility.await().until(() -> this.started.size() == 4);
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> this.started.size() == 4);
		this.handler.countDown();
		Awaitility.await().until(() -> this.started.size() == 100);
		lane.close();
	}

	@Test
	void givesBackEverythingThatHasNotStartedWhenClosed() throws InterruptedException {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(1);
		List<Delivery> deliveries = add(lane, 200);
		Awaitility.await().until(() -> this.started.size() == 1);
		List<Delivery> unstarted = lane.close().stream().filter(Delivery::endUnstarted).toList();
		this.handler.countDown();
		assertThat(lane.end().await(TimeUnit.SECONDS.toNanos(5))).isTrue();
		assertThat(this.started).containsExactly(deliveries.get(0));
		assertThat(unstarted).containsExactlyInAnyOrderElementsOf(deliveries.subList(1, 200));
	}

	@Test
	void startsNothingWhileHeldAndGoesOnWhenReleased() {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(1);
		List<Delivery> deliveries = add(lane, 100);
		Awaitility.await().until(() -> this.started.size() == 1);
		List<Delivery> unstarted = lane.hold();
		assertThat(unstarted).containsAll(deliveries.subList(1, 100));
		assertThat(lane.add(delivery())).isFalse();
		unstarted.forEach(Delivery::endUnstarted);
		// Released before the run has ended: what was handed out stays so
		lane.release();
		Delivery next = delivery();
		assertThat(lane.add(next)).isTrue();
		this.handler.countDown();
		Awaitility.await().until(() -> this.started.contains(next));
		assertThat(this.started).containsExactly(deliveries.get(0), next);
		lane.close();
	}

	@Test
	void forgetsWhatIsParkedWhenHeld() {
		Lane lane = lane(1);
		Delivery first = delivery();
		this.parks = first;
		lane.add(first);
		Awaitility.await().until(lane::isParked);
		assertThat(lane.hold()).contains(first);
		lane.release();
		assertThat(lane.isParked()).isFalse();
		lane.unpark(first);
		Delivery next = delivery();
		lane.add(next);
		Awaitility.await().until(() -> this.started.contains(next));
		assertThat(this.started).containsExactly(first, next);
		lane.close();
	}

	@Test
	void runsNothingBehindALetterAlsoWhenItWasHeldMeanwhile() {
		this.handler = new CountDownLatch(1);
		Lane lane = lane(1);
		Delivery first = add(lane, 1).get(0);
		Awaitility.await().until(() -> this.started.size() == 1);
		// Still running: its letter is on its way
		assertThat(lane.park(first)).isTrue();
		this.handler.countDown();
		lane.hold();
		lane.release();
		Delivery behind = delivery();
		lane.add(behind);
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> this.started.size() == 1);
		lane.unblock(first);
		Awaitility.await().until(() -> this.started.contains(behind));
		lane.close();
	}

	@Test
	void takesNothingWhenClosed() {
		Lane lane = lane(1);
		lane.close();
		assertThat(lane.add(delivery())).isFalse();
	}

	@Test
	void runsNothingBehindAParkedDeliveryUntilThatHasRunAgain() {
		Lane lane = lane(1);
		Delivery first = delivery();
		this.parks = first;
		assertThat(lane.add(first)).isTrue();
		List<Delivery> behind = add(lane, 100);
		Awaitility.await().until(() -> lane.isParked());
		Awaitility.await().during(Duration.ofMillis(200)).until(() -> this.started.size() == 1);
		this.parks = null;
		lane.unpark(first);
		Awaitility.await().until(() -> this.started.size() == 102);
		List<Delivery> expected = new ArrayList<>(List.of(first, first));
		expected.addAll(behind);
		assertThat(this.started).containsExactlyElementsOf(expected);
		lane.close();
	}

	@Test
	void handsOutAParkedDeliveryWhenClosed() {
		Lane lane = lane(1);
		Delivery first = delivery();
		this.parks = first;
		lane.add(first);
		Awaitility.await().until(lane::isParked);
		assertThat(lane.close()).contains(first);
	}

	@Test
	void runsAParkedDeliveryFirstHoweverSoonItIsBack() {
		Lane lane = lane(1);
		Delivery first = delivery();
		this.parks = first;
		this.afterPark = () -> {
			this.parks = null;
			lane.unpark(first);
		};
		this.handler = new CountDownLatch(1);
		lane.add(delivery());
		Awaitility.await().until(() -> this.started.size() == 1);
		lane.add(first);
		List<Delivery> behind = add(lane, 10);
		this.handler.countDown();
		Awaitility.await().until(() -> this.started.size() == 13);
		List<Delivery> expected = new ArrayList<>(List.of(first, first));
		expected.addAll(behind);
		assertThat(this.started.subList(1, 13)).containsExactlyElementsOf(expected);
		lane.close();
	}

	@Test
	void showsAndHandsOutAllThatIsParkedAlsoWithSeveralWorkers() {
		Lane lane = lane(4);
		List<Delivery> deliveries = add(lane, 2);
		Awaitility.await().until(() -> this.started.size() == 2);
		deliveries.forEach((delivery) -> {
			assertThat(delivery.park()).isTrue();
			assertThat(lane.park(delivery)).isTrue();
		});
		// The workers take something else meanwhile
		add(lane, 10);
		Awaitility.await().until(() -> this.started.size() == 12);
		List<Delivery> waiting = new ArrayList<>();
		lane.scan(waiting::add, (worker) -> {
		});
		assertThat(waiting).containsAll(deliveries);
		assertThat(lane.close()).containsAll(deliveries);
	}

	@Test
	void parksNothingWhenClosed() {
		Lane lane = lane(1);
		lane.close();
		assertThat(lane.park(delivery())).isFalse();
	}

}
