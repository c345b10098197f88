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

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.api.PriorityGroupState;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Gives up being the one client that a consumer serves, so that another need not wait
 * until the server finds that out by itself.
 */
final class Pin {

	private static final Log logger = LogFactory.getLog(Pin.class);

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private Pin() {
	}

	/**
	 * Give it up, as far as that can be done at once.
	 * @param pin what the server knows us by
	 */
	static void release(Connection connection, JetStreamOptions options, PullLimits limits, String pin) {
		String group = limits.group();
		if (group == null || connection.getStatus() != Connection.Status.CONNECTED) {
			return;
		}
		try {
			JetStreamManagement management = connection
				.jetStreamManagement(JetStreamOptions.builder(options).requestTimeout(TIMEOUT).build());
			// It takes the pin from whoever has it
			List<PriorityGroupState> groups = management.getConsumerInfo(limits.stream(), limits.consumer())
				.getPriorityGroupStates();
			if (groups != null && groups.stream()
				.anyMatch((state) -> group.equals(state.getGroup()) && pin.equals(state.getPinnedClientId()))) {
				management.unpinConsumer(limits.stream(), limits.consumer(), group);
			}
		}
		catch (IOException | JetStreamApiException | RuntimeException ex) {
			logger.debug("The next instance has to wait for the priority timeout: " + ex.getMessage());
		}
	}

}
