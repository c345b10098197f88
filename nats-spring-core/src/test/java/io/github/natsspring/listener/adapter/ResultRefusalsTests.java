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

package io.github.natsspring.listener.adapter;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.github.natsspring.listener.NatsListenerException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.SendTo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the results that {@link MethodListenerAdapterFactory} refuses at the start,
 * and for those that it takes.
 */
class ResultRefusalsTests extends AbstractMethodListenerTests {

	@BeforeEach
	void resolvePlaceholders() {
		this.factory.setValueResolver((value) -> {
			if (value.contains("${missing}")) {
				throw new IllegalArgumentException("Could not resolve placeholder 'missing'");
			}
			return value.replace("${prefix}", "billed");
		});
		this.factory.setResultTargets(() -> new ResultTargets(null, null, null));
	}

	static Stream<Arguments> refused() {
		return Stream.of(jetStream("returns java.lang.String, and a JetStream message has nobody", new Object() {
			String on(String payload) {
				return payload;
			}
		}), jetStream("CompletableFuture<java.lang.String>, and a JetStream message has nobody", new Object() {
			CompletableFuture<String> on() {
				return new CompletableFuture<>();
			}
		}), jetStream("Mono<java.lang.Integer>, and a JetStream message has nobody", new Object() {
			Mono<Integer> on() {
				return Mono.just(1);
			}
		}), jetStream("Flux<java.util.List<java.lang.String>>, and a JetStream message has nobody", new Object() {
			Flux<List<String>> on() {
				return Flux.empty();
			}
		}), jetStream("java.util.concurrent.Future, which cannot tell when it is done", new Object() {
			Future<Void> on() {
				return new CompletableFuture<>();
			}
		}), core("java.util.concurrent.Callable, which nobody calls", new Object() {
			Callable<String> on() {
				return () -> "";
			}
		}), core("returns io.nats.client.Message, which is a message that was received", new Object() {
			io.nats.client.@Nullable Message on() {
				return null;
			}
		}), jetStream("io.nats.client.Message>, which is a message that was received", new Object() {
			@SendTo("billed")
			CompletableFuture<io.nats.client.Message> on() {
				return new CompletableFuture<>();
			}
		}), jetStream("java.util.List, which is a message that was received", new Object() {
			@SendTo("billed")
			List<io.nats.client.Message> on() {
				return List.of();
			}
		}), jetStream("Message, and a JetStream message has nobody to reply to", new Object() {
			@Nullable Message<String> on() {
				return null;
			}
		}), core("java.util.List, and a reply is one message", new Object() {
			List<Message<String>> on() {
				return List.of();
			}
		}), core("Flux<org.springframework.messaging.Message<java.lang.String>>, and a reply is one", new Object() {
			Flux<Message<String>> on() {
				return Flux.empty();
			}
		}), jetStream("its @SendTo names no subject", new Object() {
			@SendTo
			String on() {
				return "";
			}
		}), jetStream("returns void, so there is nothing to send", new Object() {
			@SendTo("billed")
			void on() {
			}
		}), jetStream("Mono<java.lang.Void>, so there is nothing to send", new Object() {
			@SendTo("billed")
			Mono<Void> on() {
				return Mono.empty();
			}
		}), jetStream("the variable 'city', which is not in each of the subjects [orders.{region}.{id}]", new Object() {
			@SendTo("billed.{city}")
			String on() {
				return "";
			}
		}), core("'$JS.API.STREAM.DELETE.ORDERS', which belongs to the server", new Object() {
			@SendTo("$JS.API.STREAM.DELETE.ORDERS")
			String on() {
				return "";
			}
		}), jetStream("its @SendTo '${prefix}.>' is 'billed.>', which has a wildcard", new Object() {
			@SendTo("${prefix}.>")
			String on() {
				return "";
			}
		}), jetStream("its @SendTo 'billed..x' cannot be used", new Object() {
			@SendTo({ "billed", "billed..x" })
			String on() {
				return "";
			}
		}), jetStream("its @SendTo '${missing}' cannot be used: Could not resolve placeholder", new Object() {
			@SendTo("${missing}")
			String on() {
				return "";
			}
		}));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void refusesWithClassMethodReasonAndAction(String reason, boolean jetStream, Object bean) {
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> create(bean, method(bean.getClass()), jetStream, "orders.{region}.{id}"))
			.withMessageContaining("test.Listener#on")
			.withMessageContaining(reason)
			.satisfies((ex) -> assertThat(ex.getAction()).isNotBlank());
	}

	static Stream<Arguments> refusedForBatches() {
		return Stream.of(Arguments.of("it has @SendTo and takes several messages at once", new Object() {
			@SendTo("billed")
			List<String> on(List<String> payloads) {
				return payloads;
			}
		}), Arguments.of("returns java.util.List, and a JetStream message has nobody", new Object() {
			List<String> on(List<String> payloads) {
				return payloads;
			}
		}), Arguments.of("CompletableFuture<java.lang.String>, and a JetStream message has nobody", new Object() {
			CompletableFuture<String> on(List<String> payloads) {
				return new CompletableFuture<>();
			}
		}));
	}

	@ParameterizedTest
	@MethodSource("refusedForBatches")
	void refusesForBatches(String reason, Object bean) {
		assertThatExceptionOfType(NatsListenerException.class)
			.isThrownBy(() -> this.factory.createBatch(bean, method(bean.getClass()), "test.Listener#on", null))
			.withMessageContaining("test.Listener#on")
			.withMessageContaining(reason);
	}

	static Stream<Object> taken() {
		return Stream.of(new Object() {
			CompletionStage<Void> on() {
				return new CompletableFuture<>();
			}
		}, new Object() {
			CompletableFuture<?> on() {
				return new CompletableFuture<>();
			}
		}, new Object() {
			Mono<Void> on() {
				return Mono.empty();
			}
		}, new Object() {
			Flux<?> on() {
				return Flux.empty();
			}
		}, new Object() {
			@SendTo({ "${prefix}.{region}.{id}", "audit" })
			CompletableFuture<Map<String, String>> on() {
				return new CompletableFuture<>();
			}
		}, new Object() {
			@SendTo("billed")
			Flux<String> on() {
				return Flux.empty();
			}
		});
	}

	@ParameterizedTest
	@MethodSource("taken")
	void takesOnJetStream(Object bean) {
		assertThat(create(bean, method(bean.getClass()), true, "orders.{region}.{id}")).isNotNull();
	}

	@Test
	void takesASendToOfTheClass() {
		assertThat(create(new Billing(), method(Billing.class), true)).isNotNull();
	}

	private static Arguments jetStream(String reason, Object bean) {
		return Arguments.of(reason, true, bean);
	}

	private static Arguments core(String reason, Object bean) {
		return Arguments.of(reason, false, bean);
	}

	@SendTo("billed")
	static class Billing {

		String on() {
			return "";
		}

	}

}
