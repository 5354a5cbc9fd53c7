using LlmSpell.State;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>Each step of each operation on the store fails in turn, is cut short, delayed, or is the last before the disk goes.</summary>
public sealed class BackendFaultTests
{
    public static MatrixTheoryData<string, StorageFault, bool> Cases { get; } = new(
        FaultedOperation.All.Where(static operation => operation.UsesStore).Select(static operation => operation.Name),
        [StorageFault.Before, StorageFault.After, StorageFault.HalfWay],
        [false, true]);

    public static TheoryData<string> Operations { get; } = [.. FaultedOperation.All.Where(static operation => operation.UsesStore).Select(static operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Whatever_fails_in_the_store_all_is_whole_and_the_next_create_succeeds(string operation, StorageFault fault, bool forGood)
    {
        FaultScene prepared = await FaultScene.PrepareAsync(FaultedOperation.Named(operation));
        for (int failAt = 1; ; failAt++)
        {
            FaultScene scene = prepared.Copy();
            FaultyBackend faulty = new(scene.Backend, failAt, fault, forGood);
            Exception? failure = await scene.RunAsync(faulty, scene.Storage);
            if (!faulty.HasFailed)
            {
                Assert.Null(failure);
                Assert.InRange(failAt, 3, 1000);
                return;
            }

            string where = $"{faulty.Operations[failAt - 1]} ({failAt}): {failure?.Message}";
            bool goesOn = failure is null && prepared.Operation.GoesOnWithoutStore;
            Assert.True(goesOn || failure == faulty.Failure || failure == faulty.UnknownOutcome || failure is StateStorageException { InnerException: not null }, where);
            // A lost reply to the switch, or a disk that goes right after it.
            bool maybeSwitched = faulty.Operations.Any(static done => done is "commit a replacement" or "commit a transaction") && (fault == StorageFault.After || faulty.Operations[failAt - 1] == "flush");
            await scene.AssertWholeAsync(failure, maybeSwitched, where);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Whatever_waits_in_the_store_while_others_go_on_all_is_whole(string operation)
    {
        FaultScene prepared = await FaultScene.PrepareAsync(FaultedOperation.Named(operation));
        for (int failAt = 1; ; failAt++)
        {
            FaultScene scene = prepared.Copy();
            FaultyBackend faulty = new(scene.Backend, failAt, StorageFault.Delayed) { Meanwhile = () => Task.Run(scene.WorkMeanwhileAsync).GetAwaiter().GetResult() };
            Exception? failure = await scene.RunAsync(faulty, scene.Storage);
            Assert.True(failure is null, $"{failAt}: {failure}");
            if (!faulty.HasFailed)
            {
                return;
            }

            await scene.AssertWholeAsync(failure, maybeSwitched: false, $"{faulty.Operations[failAt - 1]} ({failAt})");
        }
    }
}
