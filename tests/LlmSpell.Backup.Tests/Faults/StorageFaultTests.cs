using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>Each step of each operation on the storage fails in turn, is cut short, delayed, or is the last before the process dies.</summary>
public sealed class StorageFaultTests
{
    public static MatrixTheoryData<string, StorageFault, bool> Cases { get; } = new(
        FaultedOperation.All.Select(static operation => operation.Name), [StorageFault.Before, StorageFault.After, StorageFault.HalfWay], [false, true]);

    public static TheoryData<string> Operations { get; } = [.. FaultedOperation.All.Select(static operation => operation.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Whatever_fails_in_the_storage_all_is_whole_and_the_next_create_succeeds(string operation, StorageFault fault, bool forGood)
    {
        FaultScene prepared = await FaultScene.PrepareAsync(FaultedOperation.Named(operation));
        for (int failAt = 1; ; failAt++)
        {
            FaultScene scene = prepared.Copy();
            FaultyStorage faulty = new(scene.Storage, failAt, fault, forGood);
            Exception? failure = await scene.RunAsync(scene.Backend, faulty);
            if (!faulty.HasFailed)
            {
                Assert.Null(failure);
                Assert.InRange(failAt, 6, 1000);
                return;
            }

            string where = $"{faulty.Operations[failAt - 1]} ({failAt}): {failure?.Message}";
            Assert.True(failure is null || Causes(failure).Contains(faulty.Failure), where);
            await scene.AssertWholeAsync(failure, maybeSwitched: false, where);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Whatever_waits_in_the_storage_while_others_go_on_all_is_whole(string operation)
    {
        FaultScene prepared = await FaultScene.PrepareAsync(FaultedOperation.Named(operation));
        for (int failAt = 1; ; failAt++)
        {
            FaultScene scene = prepared.Copy();
            FaultyStorage faulty = new(scene.Storage, failAt, StorageFault.Delayed) { Meanwhile = scene.WorkMeanwhileAsync };
            Exception? failure = await scene.RunAsync(scene.Backend, faulty);
            Assert.True(failure is null, $"{failAt}: {failure}");
            if (!faulty.HasFailed)
            {
                return;
            }

            await scene.AssertWholeAsync(failure, maybeSwitched: false, $"{faulty.Operations[failAt - 1]} ({failAt})");
        }
    }

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is StateException; exception = exception.InnerException)
        {
            yield return exception;
        }
    }
}
