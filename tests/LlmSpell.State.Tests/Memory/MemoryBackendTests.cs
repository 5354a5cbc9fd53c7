namespace LlmSpell.State.Tests.Memory;

public sealed class MemoryBackendTests
{
    [Fact]
    public async Task A_writer_that_waits_while_the_store_is_closed_finds_that_out()
    {
        MemoryBackend backend = new();
        Task<IBackendTransaction> waiting;
        using (backend.BeginTransaction())
        {
            TaskCompletionSource begins = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = Task.Run(
                () =>
                {
                    begins.SetResult();
                    return backend.BeginTransaction();
                },
                TestContext.Current.CancellationToken);
            await begins.Task;
            await Task.Delay(50, TestContext.Current.CancellationToken);
            backend.Dispose();
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }
}
