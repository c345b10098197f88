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

package io.github.natsspring.annotation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;

import io.github.natsspring.config.NatsListenerEndpoint;
import io.github.natsspring.support.SubjectTemplate;
import org.junit.jupiter.api.Test;

import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for annotations that have {@link NatsListener} as a meta-annotation, and for
 * several of them on one method.
 */
class MetaAnnotationTests extends AbstractNatsListenerAnnotationTests {

	@Test
	void takesAttributesFromTheComposedAnnotation() {
		this.properties.put("region", "eu");
		NatsListenerEndpoint endpoint = endpoints(Composed.class).get(0);
		assertThat(endpoint.getStream()).isEqualTo("ORDERS");
		assertThat(endpoint.getConsumer()).isEqualTo("billing");
		assertThat(endpoint.getConcurrency()).isEqualTo(4);
		assertThat(endpoint.getSubjects()).extracting(SubjectTemplate::toString).containsExactly("orders.eu.>");
		assertThat(endpoint.getId()).isEqualTo("listener-on");
	}

	@Test
	void takesSeveralComposedAnnotationsAndPlainOnes() {
		assertThat(endpoints(Several.class)).extracting(NatsListenerEndpoint::getId)
			.containsExactlyInAnyOrder("listener-on", "listener-on-2", "listener-on-3");
		assertThat(this.context.getBean(RecordingFactory.class).containers)
			.extracting((container) -> container.endpoint.getConsumer())
			.containsExactlyInAnyOrder("billing", "shipping", null);
	}

	@Test
	void takesAComposedAnnotationThatIsSeveralListeners() {
		assertThat(endpoints(InBothPlaces.class)).extracting((endpoint) -> endpoint.getSubjects().toString())
			.containsExactlyInAnyOrder("[first]", "[second]");
	}

	@Test
	void takesTheContainerAnnotation() {
		assertThat(endpoints(Contained.class)).extracting(NatsListenerEndpoint::getId).containsExactly("a", "b");
	}

	@Test
	void findsTheAnnotationOfTheMethodThatIsOverridden() {
		assertThat(endpoints(Overriding.class)).extracting((endpoint) -> endpoint.getSubjects().toString())
			.containsExactly("[overridden]");
	}

	private <T> List<NatsListenerEndpoint> endpoints(Class<T> type) {
		this.context.registerBean("listener", type);
		this.context.refresh();
		return this.context.getBean(RecordingFactory.class).containers.stream()
			.map((container) -> container.endpoint)
			.toList();
	}

	@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener(stream = "ORDERS", subjects = "orders.${region:any}.>", concurrency = "#{2 * 2}")
	@interface OrderListener {

		@AliasFor(annotation = NatsListener.class, attribute = "consumer")
		String value();

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@NatsListener("first")
	@NatsListener("second")
	@interface BothListener {

	}

	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@OrderListener("shipping")
	@interface ShippingListener {

	}

	static class Composed {

		@OrderListener("billing")
		void on() {
		}

	}

	static class Several {

		@OrderListener("billing")
		@ShippingListener
		@NatsListener("orders")
		void on() {
		}

	}

	static class InBothPlaces {

		@BothListener
		void on() {
		}

	}

	static class Contained {

		@NatsListeners({ @NatsListener(id = "a", subjects = "a"), @NatsListener(id = "b", subjects = "b") })
		void on() {
		}

	}

	static class Overridden {

		@NatsListener("overridden")
		void on() {
		}

	}

	static class Overriding extends Overridden {

		@Override
		void on() {
		}

	}

}
