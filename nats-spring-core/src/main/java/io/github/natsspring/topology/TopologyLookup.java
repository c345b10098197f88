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

package io.github.natsspring.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.nats.client.JetStreamOptions;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.support.NatsKeyValueUtil;
import io.nats.client.support.NatsObjectStoreUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Asks the server for everything that is declared, all at once.
 */
final class TopologyLookup {

	private static final Log logger = LogFactory.getLog(TopologyLookup.class);

	private TopologyLookup() {
	}

	/**
	 * Ask.
	 * @param api the server
	 * @param options for messages
	 * @param declared what to ask for
	 * @return what the server has of it
	 * @throws NatsProvisioningException if the server refuses or does not answer
	 */
	static TopologyState lookUp(JetStreamApi api, JetStreamOptions options, TopologyDefinition declared) {
		ApiProblems problems = new ApiProblems(options);
		List<Runnable> answers = new ArrayList<>();
		Map<String, StreamInfo> streams = new HashMap<>();
		Map<ConsumerId, ConsumerInfo> consumers = new HashMap<>();
		Set<String> missingStreams = new HashSet<>();
		Set<String> otherStreams = new HashSet<>();
		backingStreams(declared).forEach((name, resource) -> {
			ApiCall<StreamInfo> call = api.stream(name);
			answers.add(() -> call.await((info) -> streams.put(name, info), (failure) -> {
				if (!failure.isNotFound()) {
					problems.add(resource.kind(), resource.name(), resource.source(), failure);
				}
			}));
		});
		Set<String> declaredStreams = backingStreams(declared).keySet();
		for (ConsumerDefinition consumer : declared.consumers()) {
			if (!declaredStreams.contains(consumer.stream()) && otherStreams.add(consumer.stream())) {
				ApiCall<StreamInfo> call = api.stream(consumer.stream());
				// What is wrong with it, its consumers will tell
				answers.add(() -> call.await((info) -> streams.put(consumer.stream(), info), logger::debug));
			}
		}
		for (ConsumerDefinition consumer : declared.consumers()) {
			ConsumerId id = new ConsumerId(consumer.stream(), consumer.name());
			ApiCall<ConsumerInfo> call = api.consumer(id);
			answers.add(() -> call.await((info) -> consumers.put(id, info), (failure) -> {
				if (failure.errorCode() == ApiFailure.STREAM_NOT_FOUND) {
					missingStreams.add(id.stream());
				}
				else if (!failure.isNotFound()) {
					problems.add(ResourceKind.CONSUMER, id.toString(), consumer.source(), failure);
				}
			}));
		}
		answers.forEach(Runnable::run);
		problems.throwIfAny();
		Set<String> suggestions = new HashSet<>();
		if (!declaredStreams.containsAll(missingStreams)) {
			api.streams().await((names) -> suggestions.addAll(names.all()), logger::debug);
		}
		return new TopologyState(streams, consumers, missingStreams, api.serverVersion(), suggestions);
	}

	private static Map<String, Resource> backingStreams(TopologyDefinition declared) {
		Map<String, Resource> streams = new LinkedHashMap<>();
		for (StreamDefinition stream : declared.streams()) {
			streams.put(stream.name(), new Resource(ResourceKind.STREAM, stream.name(), stream.source()));
		}
		for (KeyValueDefinition bucket : declared.keyValues()) {
			streams.put(NatsKeyValueUtil.toStreamName(bucket.bucket()),
					new Resource(ResourceKind.KEY_VALUE, bucket.bucket(), bucket.source()));
		}
		for (ObjectStoreDefinition bucket : declared.objectStores()) {
			streams.put(NatsObjectStoreUtil.toStreamName(bucket.bucket()),
					new Resource(ResourceKind.OBJECT_STORE, bucket.bucket(), bucket.source()));
		}
		return streams;
	}

	private record Resource(ResourceKind kind, String name, String source) {
	}

}
