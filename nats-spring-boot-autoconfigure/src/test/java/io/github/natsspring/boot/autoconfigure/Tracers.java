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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.micrometer.tracing.test.simple.SimpleTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;

/**
 * Tracers for tests, with what they have seen.
 *
 * @param tracer the tracer
 * @param propagator writes and reads W3C headers
 * @param spans gives the spans that have ended
 */
record Tracers(Tracer tracer, Propagator propagator, Supplier<List<Tracers.Seen>> spans) {

	static Tracers simple() {
		SimpleTracer tracer = new SimpleTracer();
		return new Tracers(tracer, new W3c(tracer), () -> seen(tracer));
	}

	/**
	 * The spans of a tracer that have ended.
	 */
	static List<Seen> seen(SimpleTracer tracer) {
		return tracer.getSpans()
			.stream()
			.filter((span) -> span.getEndTimestamp().toEpochMilli() > 0)
			.map((span) -> new Seen(span.getName(), span.getTraceId(), span.getSpanId(), span.getParentId(),
					String.valueOf(span.getKind()), span.getTags(), span.getError() != null,
					span.getLinks().stream().map((link) -> link.getTraceContext().spanId()).toList()))
			.toList();
	}

	static Tracers openTelemetry() {
		InMemorySpanExporter exporter = InMemorySpanExporter.create();
		io.opentelemetry.api.trace.Tracer tracer = SdkTracerProvider.builder()
			.addSpanProcessor(SimpleSpanProcessor.create(exporter))
			.build()
			.get("nats");
		return new Tracers(new OtelTracer(tracer, new OtelCurrentTraceContext(), (event) -> {
		}), new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), tracer),
				() -> seen(exporter));
	}

	/**
	 * The spans that were exported.
	 */
	static List<Seen> seen(InMemorySpanExporter exporter) {
		return exporter.getFinishedSpanItems()
			.stream()
			.map((span) -> new Seen(span.getName(), span.getTraceId(), span.getSpanId(),
					span.getParentSpanContext().isValid() ? span.getParentSpanId() : "", span.getKind().name(),
					tags(span.getAttributes().asMap()), !span.getEvents().isEmpty(),
					span.getLinks().stream().map((link) -> link.getSpanContext().getSpanId()).toList()))
			.toList();
	}

	private static Map<String, String> tags(Map<?, Object> attributes) {
		Map<String, String> tags = new HashMap<>();
		attributes.forEach((key, value) -> tags.put(key.toString(), value.toString()));
		return tags;
	}

	Seen named(String name) {
		return all(name).stream().findFirst().orElseThrow();
	}

	/**
	 * The spans of a name, in the order in which they ended.
	 */
	List<Seen> all(String name) {
		return this.spans.get().stream().filter((span) -> span.name().equals(name)).toList();
	}

	@Override
	public String toString() {
		return this.tracer.getClass().getSimpleName();
	}

	/**
	 * A span that has ended.
	 */
	record Seen(String name, String traceId, String spanId, String parentId, String kind, Map<String, String> tags,
			boolean failed, List<String> links) {
	}

	/**
	 * The simple tracer comes without one.
	 */
	record W3c(SimpleTracer tracer) implements Propagator {

		@Override
		public List<String> fields() {
			return List.of("traceparent");
		}

		@Override
		public <C> void inject(TraceContext context, C carrier, Setter<C> setter) {
			setter.set(carrier, "traceparent", "00-%s%s-%s-01".formatted("0".repeat(32 - context.traceId().length()),
					context.traceId(), context.spanId()));
		}

		@Override
		public <C> Span.Builder extract(C carrier, Getter<C> getter) {
			Span.Builder builder = this.tracer.spanBuilder();
			String parent = getter.get(carrier, "traceparent");
			if (parent == null) {
				return builder.setNoParent();
			}
			String[] parts = parent.split("-");
			return builder.setParent(this.tracer.traceContextBuilder()
				.traceId(parts[1].replaceFirst("^0{16}", ""))
				.spanId(parts[2])
				.sampled(true)
				.build());
		}

	}

}
