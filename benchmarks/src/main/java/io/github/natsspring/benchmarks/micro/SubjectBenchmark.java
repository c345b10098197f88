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

package io.github.natsspring.benchmarks.micro;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.natsspring.support.SubjectTemplate;
import io.github.natsspring.support.Subjects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Subjects against patterns.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SubjectBenchmark {

	private final SubjectTemplate template = SubjectTemplate.parse("orders.{region}.{kind}.created");

	private final SubjectTemplate wildcard = SubjectTemplate.parse("orders.>");

	// Not final: a constant would be folded
	private String subject = "orders.eu.retail.created";

	private String other = "orders.eu.retail.changed";

	private Object[] values = { "eu", "retail" };

	@Benchmark
	public boolean matches() {
		return this.template.matches(this.subject);
	}

	@Benchmark
	public boolean matchesWildcard() {
		return this.wildcard.matches(this.subject);
	}

	@Benchmark
	public boolean matchesNot() {
		return this.template.matches(this.other);
	}

	@Benchmark
	public Map<String, String> extracts() {
		return this.template.extract(this.subject);
	}

	@Benchmark
	public String expands() {
		return this.template.expand(this.values);
	}

	@Benchmark
	public String checks() {
		return Subjects.requireLiteral(this.subject);
	}

}
