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

package io.github.natsspring.boot.observation;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.natsspring.observation.NatsListenerContext;
import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of its own for each batch, with a link to the trace of each message that
 * says in a W3C {@code traceparent} header where it comes from. Must come before the
 * handler for other received messages.
 */
public class NatsBatchTracingObservationHandler implements TracingObservationHandler<NatsListenerContext> {

	private static final Pattern TRACE_PARENT = Pattern
		.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?");

	private final Tracer tracer;

	/**
	 * Create a handler.
	 * @param tracer makes the spans
	 */
	public NatsBatchTracingObservationHandler(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof NatsListenerContext run && run.isBatch();
	}

	@Override
	public void onStart(NatsListenerContext context) {
		Span.Builder builder = this.tracer.spanBuilder().kind(Span.Kind.CONSUMER);
		Span parent = getParentSpan(context);
		if (parent != null) {
			builder.setParent(parent.context());
		}
		for (Message message : context.getMessages()) {
			TraceContext linked = parse(NatsListenerContext.header(message, "traceparent"));
			if (linked != null) {
				builder.addLink(new Link(linked));
			}
		}
		if (context.getRemoteServiceName() != null) {
			builder.remoteServiceName(context.getRemoteServiceName());
		}
		getTracingContext(context).setSpan(builder.start());
	}

	private @Nullable TraceContext parse(@Nullable String traceParent) {
		Matcher matcher = (traceParent != null) ? TRACE_PARENT.matcher(traceParent) : null;
		if (matcher == null || !matcher.matches()) {
			return null;
		}
		return this.tracer.traceContextBuilder()
			.traceId(matcher.group(1))
			.spanId(matcher.group(2))
			.sampled((Integer.parseInt(matcher.group(3), 16) & 1) == 1)
			.build();
	}

	@Override
	public void onStop(NatsListenerContext context) {
		Span span = getRequiredSpan(context);
		span.name(getSpanName(context));
		tagSpan(context, span);
		endSpan(context, span);
	}

	@Override
	public Tracer getTracer() {
		return this.tracer;
	}

}
