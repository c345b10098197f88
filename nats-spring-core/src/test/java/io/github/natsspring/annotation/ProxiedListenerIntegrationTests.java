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

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.natsspring.listener.Acknowledgment;
import io.github.natsspring.listener.NatsListenerException;
import io.github.natsspring.listener.RetrySettings;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import org.aopalliance.intercept.MethodInterceptor;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for listeners in beans that have a proxy, as with {@code @Transactional} and
 * {@code @Async}, and in beans that are lazy or no singletons: they work, through the
 * proxy, or fail with what to do.
 */
class ProxiedListenerIntegrationTests extends AbstractCoreListenerTests {

	private static final Queue<String> seen = new ConcurrentLinkedQueue<>();

	private static final AtomicInteger advised = new AtomicInteger();

	private static final AtomicInteger failures = new AtomicInteger();

	private ListenerContext application;

	@BeforeEach
	void create() {
		seen.clear();
		advised.set(0);
		failures.set(0);
		this.application = new ListenerContext(server.url())
			.factory((factory) -> factory.setRetry(RetrySettings.defaults().withMode(RetrySettings.Mode.IN_PLACE)));
	}

	@AfterEach
	void close() {
		this.application.close();
	}

	@Test
	void callsThroughAProxyOfTheClass() throws Exception {
		advise(true);
		this.application.bean("listener", Audit.class).start();
		assertThat(AopUtils.isCglibProxy(this.application.get(Audit.class))).isTrue();
		assertThat(text(request(this.application.unique() + ".audit", "a"))).isEqualTo("a");
		assertThat(advised).hasValue(1);
	}

	@Test
	void callsThroughAJdkProxyWhoseInterfaceHasTheMethod() throws Exception {
		advise(false);
		this.application.bean("listener", AuditByContract.class).start();
		assertThat(AopUtils.isJdkDynamicProxy(this.application.context().getBean("listener"))).isTrue();
		assertThat(text(request(this.application.unique() + ".audit", "a"))).isEqualTo("a");
		assertThat(advised).hasValue(1);
	}

	@Test
	void findsTheAnnotationOnTheInterface() throws Exception {
		advise(false);
		this.application.bean("listener", ContractHolder.class).start();
		assertThat(text(request(this.application.unique() + ".contract", "a"))).isEqualTo("a");
		assertThat(advised).hasValue(1);
	}

	@Test
	void refusesAJdkProxyWhoseInterfaceLacksTheMethod() {
		advise(false);
		assertThatRefused(AuditBesideContract.class)
			.withMessageContaining("the bean is a JDK proxy, and none of its interfaces has the method")
			.withMessageContaining("Declare the method in an interface of the bean");
	}

	@Test
	void refusesAFinalMethodBehindAProxy() {
		advise(true);
		assertThatRefused(FinalAudit.class).withMessageContaining("the method is final")
			.withMessageContaining("Remove 'final'");
	}

	@Test
	void retriesWhenWhatIsAroundTheMethodFails() throws Exception {
		// As a transaction that cannot be committed
		failures.set(1);
		advise(true);
		createStream();
		this.application.bean("listener", Billing.class).start();
		this.client.jetStream().publish(this.application.unique() + ".a", "paid".getBytes());
		await().untilAsserted(() -> assertSettled("billing"));
		assertThat(seen).containsExactly("paid", "paid");
	}

	@Test
	void handsAMessageOfCoreNatsToTheThreadsOfAsync() {
		this.application.context().register(AsyncConfiguration.class);
		this.application.bean("listener", Mails.class).start();
		publish(this.application.unique() + ".mail", "hello");
		await().untilAsserted(() -> assertThat(seen).singleElement().asString().startsWith("hello on async-"));
	}

	@Test
	void refusesToAcknowledgeWhatAsyncHasNotHandled() throws Exception {
		createStream();
		this.application.context().register(AsyncConfiguration.class);
		assertThatRefused(StoredMails.class)
			.withMessageContaining("the method is run on another thread (@Async) and returns void")
			.withMessageContaining("its ack mode 'auto' would acknowledge messages before they are handled")
			.withMessageContaining("set the ack mode 'manual'");
	}

	@Test
	void letsAnAsyncMethodSettleByItself() throws Exception {
		createStream();
		this.application.context().register(AsyncConfiguration.class);
		this.application.bean("listener", SettledMails.class).start();
		this.client.jetStream().publish(this.application.unique() + ".a", "hello".getBytes());
		await().untilAsserted(() -> assertThat(seen).singleElement().asString().startsWith("hello on async-"));
		await().untilAsserted(() -> assertSettled("mails"));
	}

	@Test
	void refusesAPrototypeAtTheStart() {
		this.application.context()
			.registerBean("listener", Audit.class, (definition) -> definition.setScope(BeanDefinition.SCOPE_PROTOTYPE));
		assertThatExceptionOfType(NatsListenerException.class).isThrownBy(this.application::start)
			.satisfies((ex) -> assertThat(ex.getListener()).isEqualTo(Audit.class.getName() + "#on"))
			.withMessageContaining("its bean 'listener' is no singleton but has the scope 'prototype'")
			.withMessageContaining("Make the bean a singleton");
	}

	@Test
	void callsAFreshBeanForEachMessageThroughAScopedProxy() throws Exception {
		this.application.context().register(Fresh.class);
		this.application.start();
		for (int i = 0; i < 2; i++) {
			assertThat(text(request(this.application.unique() + ".fresh", "a"))).isEqualTo("1");
		}
	}

	@Test
	void listensOnceALazyBeanIsMade() throws Exception {
		this.application.context().register(LazyAudit.class);
		this.application.start();
		assertThat(this.client.request(this.application.unique() + ".audit", new byte[0])).failsWithin(ANSWER);
		this.application.get(LazyAudit.class);
		assertThat(text(request(this.application.unique() + ".audit", "a"))).isEqualTo("a");
	}

	private void advise(boolean proxyTargetClass) {
		MethodInterceptor interceptor = (invocation) -> {
			advised.incrementAndGet();
			Object result = invocation.proceed();
			if (failures.getAndDecrement() > 0) {
				throw new IllegalStateException("expected by the test");
			}
			return result;
		};
		this.application.context()
			.registerBean(DefaultPointcutAdvisor.class,
					() -> new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(Audited.class), interceptor));
		this.application.context().registerBean(DefaultAdvisorAutoProxyCreator.class, () -> {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(proxyTargetClass);
			return creator;
		});
	}

	private void createStream() throws Exception {
		String stream = this.application.unique();
		this.client.jetStreamManagement()
			.addStream(StreamConfiguration.builder()
				.name(stream)
				.subjects(stream + ".>")
				.storageType(StorageType.Memory)
				.build());
	}

	private void assertSettled(String consumer) throws Exception {
		ConsumerInfo info = this.client.jetStreamManagement().getConsumerInfo(this.application.unique(), consumer);
		assertThat(info.getAckFloor().getStreamSequence()).isOne();
	}

	private ThrowableAssertAlternative<NatsListenerException> assertThatRefused(Class<?> type) {
		this.application.bean("listener", type);
		return assertThatExceptionOfType(NatsListenerException.class).isThrownBy(this.application::start)
			.satisfies((ex) -> assertThat(ex.getListener()).isEqualTo(type.getName() + "#on"));
	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Audited {

	}

	@Audited
	static class Audit {

		@NatsListener("${test}.audit")
		String on(String text) {
			return text;
		}

	}

	@Lazy
	static class LazyAudit {

		@NatsListener("${test}.audit")
		String on(String text) {
			return text;
		}

	}

	@Audited
	static class FinalAudit {

		@NatsListener("${test}.audit")
		final String on(String text) {
			return text;
		}

	}

	public interface Contract {

		String on(String text);

	}

	@Audited
	static class AuditByContract implements Contract {

		@Override
		@NatsListener("${test}.audit")
		public String on(String text) {
			return text;
		}

	}

	public interface AnnotatedContract {

		@NatsListener("${test}.contract")
		String on(String text);

	}

	@Audited
	static class ContractHolder implements AnnotatedContract {

		@Override
		public String on(String text) {
			return text;
		}

	}

	@Audited
	static class AuditBesideContract implements Runnable {

		@Override
		public void run() {
		}

		@NatsListener("${test}.audit")
		String on(String text) {
			return text;
		}

	}

	@Audited
	static class Billing {

		@NatsListener(stream = "${test}", consumer = "billing")
		void on(String text) {
			seen.add(text);
		}

	}

	@Scope(scopeName = BeanDefinition.SCOPE_PROTOTYPE, proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Fresh {

		private int calls;

		@NatsListener("${test}.fresh")
		String on(String text) {
			return Integer.toString(++this.calls);
		}

	}

	static class Mails {

		@Async
		@NatsListener("${test}.mail")
		void on(String text) {
			seen.add(text + " on " + Thread.currentThread().getName());
		}

	}

	static class StoredMails {

		@Async
		@NatsListener(stream = "${test}", consumer = "mails")
		void on(String text) {
			seen.add(text);
		}

	}

	static class SettledMails {

		@Async
		@NatsListener(stream = "${test}", consumer = "mails", ackMode = "manual")
		void on(String text, Acknowledgment acknowledgment) {
			seen.add(text + " on " + Thread.currentThread().getName());
			acknowledgment.ack();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class AsyncConfiguration implements AsyncConfigurer {

		private final AtomicInteger number = new AtomicInteger();

		@Override
		public Executor getAsyncExecutor() {
			return (task) -> new Thread(task, "async-" + this.number.incrementAndGet()).start();
		}

	}

}
