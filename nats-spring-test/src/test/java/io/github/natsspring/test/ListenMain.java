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

package io.github.natsspring.test;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PullSubscribeOptions;

/**
 * A listener without any of Spring: fetches, appends to the file of seen messages, and
 * acknowledges, until it is ended.
 */
public final class ListenMain {

	private ListenMain() {
	}

	/**
	 * Begin.
	 * @param args the server's address, the stream, the durable consumer and the file
	 * @throws Exception if there is no server or consumer
	 */
	public static void main(String[] args) throws Exception {
		Options options = Options.builder().server(args[0]).maxReconnects(-1).build();
		try (Connection connection = Nats.connect(options); SeenFile seen = SeenFile.appendTo(Path.of(args[3]))) {
			JetStreamSubscription subscription = connection.jetStream()
				.subscribe(null, PullSubscribeOptions.bind(args[1], args[2]));
			System.out.println("listening");
			while (true) {
				for (Message message : subscription.fetch(50, Duration.ofMillis(500))) {
					seen.append(new String(message.getData(), StandardCharsets.UTF_8), "all",
							message.metaData().streamSequence());
					message.ack();
				}
			}
		}
	}

}
