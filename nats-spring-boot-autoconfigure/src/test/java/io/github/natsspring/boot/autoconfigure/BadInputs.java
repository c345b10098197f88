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

package io.github.natsspring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Which test holds what is said of each mistake in the configuration of streams,
 * consumers, buckets and listeners. The numbers are those of the list of mistakes that
 * the project began with; those left out have nothing to do with configuration. A test
 * without a method is a row with that number. {@link BadInputsTests} checks the table.
 */
final class BadInputs {

	/**
	 * The tests by number.
	 */
	static final Map<Integer, List<Reference>> TESTS = new TreeMap<>();

	static {
		// JetStream is not enabled
		test(18, StartRefusalsIntegrationTests.class, "saysThatJetStreamIsNotEnabled");
		// Name of a stream
		test(19, TopologyBadInputsIntegrationTests.class);
		// Stream without subjects
		test(20, TopologyBadInputsIntegrationTests.class);
		// Subject with an empty token
		test(21, TopologyBadInputsIntegrationTests.class);
		// Misplaced wildcard
		test(22, TopologyBadInputsIntegrationTests.class);
		// Overlapping subjects
		test(23, TopologyBadInputsIntegrationTests.class);
		// Replicas without a cluster
		test(24, TopologyBadInputsIntegrationTests.class);
		// Number of replicas
		test(25, TopologyBadInputsIntegrationTests.class);
		// Another storage
		test(26, TopologyBadInputsIntegrationTests.class);
		// Another retention
		test(27, TopologyBadInputsIntegrationTests.class);
		// Duplicate window above the age
		test(28, TopologyBadInputsIntegrationTests.class);
		// Values that are none
		test(29, TopologyBadInputsIntegrationTests.class);
		// Name of a durable
		test(30, TopologyBadInputsIntegrationTests.class);
		test(30, ListenerBadInputsIntegrationTests.class, "refusesTheNameOfADurableThatNoServerTakes");
		// Stream that is nowhere
		test(31, StartRefusalsIntegrationTests.class, "suggestsTheStreamThatWasMeant");
		test(31, ListenerBadInputsIntegrationTests.class, "suggestsTheStreamThatAListenerMeant");
		// Filter outside of the stream
		test(32, TopologyBadInputsIntegrationTests.class);
		test(32, ListenerBadInputsIntegrationTests.class, "refusesASubjectThatTheStreamDoesNotHave");
		// Overlapping consumers of a work queue
		test(33, TopologyBadInputsIntegrationTests.class);
		test(33, ListenerBadInputsIntegrationTests.class, "namesBothListenersThatWouldShareMessagesOfAWorkQueue");
		test(33, ListenerBadInputsIntegrationTests.class,
				"namesTheDeclaredConsumerThatAListenerWouldShareMessagesOfAWorkQueueWith");
		test(33, ListenerBadInputsIntegrationTests.class,
				"saysWhatToDoAboutAConsumerOfAnotherApplicationThatGetsTheSameMessages");
		// Beginning in the middle of a work queue
		test(34, TopologyBadInputsIntegrationTests.class);
		test(34, ListenerBadInputsIntegrationTests.class, "refusesAListenerThatWouldBeginInTheMiddleOfAWorkQueue");
		// Backoff longer than max-deliver
		test(35, TopologyBadInputsIntegrationTests.class);
		// Backoff in place of ack-wait
		test(36, TopologyBadInputsIntegrationTests.class);
		// Ack-wait and other bounds
		test(37, TopologyBadInputsIntegrationTests.class);
		// Retries without acknowledgements
		test(38, ListenerBadInputsIntegrationTests.class,
				"refusesRetriesAndSettlementForADeclaredConsumerWithoutAcknowledgements");
		test(38, ListenerBadInputsIntegrationTests.class,
				"refusesNoAcknowledgementsForADeclaredConsumerThatWaitsForThem");
		test(38, ListenerBadInputsIntegrationTests.class,
				"refusesRetriesForAConsumerOfTheServerWithoutAcknowledgements");
		// Policies of a consumer that is there
		test(39, TopologyBadInputsIntegrationTests.class);
		// Durable declared twice
		test(40, TopologyBadInputsIntegrationTests.class);
		test(40, StartRefusalsIntegrationTests.class, "namesBothPlacesOfADurableThatIsDeclaredTwice");
		// Concurrency
		test(44, TopologyBadInputsIntegrationTests.class);
		test(44, ListenerSettingsBadInputsIntegrationTests.class, "refusesAListenerWithoutThreads");
		test(44, ListenerSettingsBadInputsIntegrationTests.class, "refusesMoreThreadsThanMessagesInFlight");
		test(44, ListenerSettingsBadInputsIntegrationTests.class,
				"warnsOfMoreMessagesInFlightThanTheDeclaredConsumerMayHave");
		// Dead letters and copies that come back
		test(45, TopologyBadInputsIntegrationTests.class);
		test(45, ListenerSettingsBadInputsIntegrationTests.class, "refusesDeadLettersThatComeBackByWhatIsDeclared");
		test(45, ListenerSettingsBadInputsIntegrationTests.class,
				"refusesDeadLettersThatComeBackWithoutMakingTheConsumer");
		// Dead letters that no stream takes
		test(46, ListenerSettingsBadInputsIntegrationTests.class,
				"refusesDeadLettersThatNoStreamTakesAndNoneMayBeMadeFor");
		test(46, ListenerSettingsBadInputsIntegrationTests.class,
				"refusesDeadLettersThatTheirStreamDoesNotTakeWithoutMakingTheConsumer");
		// Attempts and deliveries
		test(47, TopologyBadInputsIntegrationTests.class);
		test(47, ListenerSettingsBadInputsIntegrationTests.class, "refusesMoreAttemptsThanDeliveries");
		test(47, ListenerSettingsBadInputsIntegrationTests.class, "warnsOfMoreAttemptsThanTheDeclaredConsumerDelivers");
		// Names and history of buckets
		test(48, TopologyBadInputsIntegrationTests.class);
		// Bucket without its name
		test(49, StartRefusalsIntegrationTests.class, "listsTheBucketsWhereOneIsWantedWithoutItsName");
		// Unknown property
		test(50, StartRefusalsIntegrationTests.class, "refusesAPropertyThatIsNotKnownWhereThatIsAskedFor");
		// Older server
		test(51, StartRefusalsIntegrationTests.class, "refusesWhatTheServerDoesNotKnow");
		// Timeouts of the shutdown
		test(52, ListenerSettingsBadInputsIntegrationTests.class, "warnsWhenSpringWaitsShorterThanListeners");
	}

	private BadInputs() {
	}

	private static void test(int number, Class<?> type) {
		TESTS.computeIfAbsent(number, (key) -> new ArrayList<>()).add(new Reference(type, null));
	}

	private static void test(int number, Class<?> type, String method) {
		TESTS.computeIfAbsent(number, (key) -> new ArrayList<>()).add(new Reference(type, method));
	}

	/**
	 * A test.
	 *
	 * @param type its class
	 * @param method the name of its method, or {@code null} for rows with the number
	 */
	record Reference(Class<?> type, @Nullable String method) {
	}

}
