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

import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.natsspring.annotation.NatsListener;
import io.github.natsspring.core.JetStreamTemplate;
import io.github.natsspring.support.NatsMessageConverter;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.MimeType;

/**
 * Tests for {@code NatsMessageConverter} beans, which are chosen by content type: events
 * of CloudEvents in both their forms, and a binary encoding as that of Protobuf.
 */
class CustomMessageConverterIntegrationTests extends AbstractArgumentTests {

	@Test
	void readsCloudEventsInTheirStructuredForm() {
		this.contextRunner.withBean(CloudEventConverter.class).withBean(Events.class).run((context) -> {
			publish("event", "application/cloudevents+json; charset=UTF-8",
					"{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"shop.created\",\"data\":{\"sku\":\"tea\"}}");
			assertSeenTwice(context, new CloudEvent("1", "shop.created", "{\"sku\":\"tea\"}"));
		});
	}

	@Test
	void readsCloudEventsInTheirBinaryForm() {
		this.contextRunner.withBean(CloudEventConverter.class).withBean(Events.class).run((context) -> {
			Headers headers = new Headers().put("ce-specversion", "1.0")
				.put("ce-id", "2")
				.put("ce-type", "shop.closed")
				.put("Content-Type", "application/json");
			publish("event", headers, "{\"sku\":\"tea\"}".getBytes(StandardCharsets.UTF_8));
			assertSeenTwice(context, new CloudEvent("2", "shop.closed", "{\"sku\":\"tea\"}"));
		});
	}

	@Test
	void readsAndWritesABinaryEncodingAndLeavesOtherContentTypesToJson() {
		this.contextRunner.withBean(ProtobufConverter.class).withBean(Points.class).run((context) -> {
			publish("point", new Headers().put("Content-Type", "application/x-protobuf"),
					ProtobufConverter.bytes(3, 4));
			publish("point", "{\"x\":5,\"y\":6}");
			context.getBean(JetStreamTemplate.class)
				.publish(this.stream + ".point", new Point(7, 8),
						(options) -> options.contentType("application/x-protobuf"));
			assertSeenTwice(context, new Point(3, 4), new Point(5, 6), new Point(7, 8));
			assertSettled("point");
		});
	}

	@Test
	void readsEachMessageOfABatchByItsOwnContentType() {
		this.contextRunner.withBean(ProtobufConverter.class).withBean(BatchListener.class).run((context) -> {
			publish("batch", new Headers().put("Content-Type", "application/x-protobuf"),
					ProtobufConverter.bytes(3, 4));
			publish("batch", "{\"x\":5,\"y\":6}");
			assertSeen(context, new Point(3, 4), new Point(5, 6));
		});
	}

	@Test
	void deadLettersWhatTheConverterCannotRead() {
		this.contextRunner.withBean(ProtobufConverter.class).withBean(Points.class).run((context) -> {
			publish("point", new Headers().put("Content-Type", "application/x-protobuf"), new byte[] { 1 });
			assertDeadLettered(context, MessageConversionException.class, 1);
			assertSeen(context);
		});
	}

	@Test
	void usesTheConverterThatTheAnnotationNames() {
		this.contextRunner.withBean("bare", ProtobufConverter.class, ProtobufConverter::new)
			.withBean(Named.class)
			.run((context) -> {
				publish("named", null, ProtobufConverter.bytes(3, 4));
				assertSeenTwice(context, new Point(3, 4));
			});
	}

	record CloudEvent(String id, String type, String data) {
	}

	record Point(int x, int y) {
	}

	static class CloudEventConverter implements NatsMessageConverter {

		private final JsonMapper mapper = JsonMapper.builder().build();

		@Override
		public boolean canRead(Type type, @Nullable MimeType contentType) {
			return type == CloudEvent.class;
		}

		@Override
		public Object read(Message message, Type type) {
			Headers headers = message.getHeaders();
			if (headers.getFirst("ce-id") != null) {
				return new CloudEvent(headers.getFirst("ce-id"), headers.getFirst("ce-type"),
						new String(message.getData(), StandardCharsets.UTF_8));
			}
			JsonNode event = this.mapper.readTree(message.getData());
			return new CloudEvent(event.get("id").asString(), event.get("type").asString(),
					event.get("data").toString());
		}

		@Override
		public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
			return false;
		}

		@Override
		public byte[] write(Object payload, Headers headers) {
			throw new UnsupportedOperationException();
		}

	}

	static class ProtobufConverter implements NatsMessageConverter {

		private static final MimeType PROTOBUF = new MimeType("application", "x-protobuf");

		static byte[] bytes(int x, int y) {
			return ByteBuffer.allocate(8).putInt(x).putInt(y).array();
		}

		@Override
		public boolean canRead(Type type, @Nullable MimeType contentType) {
			return type == Point.class && PROTOBUF.equalsTypeAndSubtype(contentType);
		}

		@Override
		public Object read(Message message, Type type) {
			if (message.getData().length != 8) {
				throw new MessageConversionException("This is no point");
			}
			ByteBuffer buffer = ByteBuffer.wrap(message.getData());
			return new Point(buffer.getInt(), buffer.getInt());
		}

		@Override
		public boolean canWrite(Class<?> type, @Nullable MimeType contentType) {
			return type == Point.class && PROTOBUF.equalsTypeAndSubtype(contentType);
		}

		@Override
		public byte[] write(Object payload, Headers headers) {
			Point point = (Point) payload;
			return bytes(point.x(), point.y());
		}

	}

	static class Events {

		private final Seen seen;

		Events(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.event")
		@NatsListener(stream = "${test}", consumer = "event")
		void on(CloudEvent event) {
			this.seen.add(event);
		}

	}

	static class Points {

		private final Seen seen;

		Points(Seen seen) {
			this.seen = seen;
		}

		@NatsListener("${test}.point")
		@NatsListener(stream = "${test}", consumer = "point")
		void on(Point point) {
			this.seen.add(point);
		}

	}

	static class Named {

		private final Seen seen;

		Named(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(subjects = "${test}.named", messageConverter = "#{@bare}")
		@NatsListener(stream = "${test}", consumer = "named", messageConverter = "bare")
		void on(Point point) {
			this.seen.add(point);
		}

	}

	static class BatchListener {

		private final Seen seen;

		BatchListener(Seen seen) {
			this.seen = seen;
		}

		@NatsListener(stream = "${test}", consumer = "batch", batchSize = "10")
		void on(List<Point> points) {
			points.forEach(this.seen::add);
		}

	}

}
