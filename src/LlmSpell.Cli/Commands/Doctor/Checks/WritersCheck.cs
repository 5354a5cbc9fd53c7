using LlmSpell.Backup;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Who keeps others from writing: the state's write lock and the repository's locks, each waited for a moment.</summary>
internal sealed class WritersCheck : IDoctorCheck
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public string Name => "writers";

    public async Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (subject.Configuration is null || subject.State.Opened is not { } opened)
        {
            findings.Skip("no state to write to");
            return;
        }

        string waited = Quantities.Duration(DoctorSubject.LockPatience);
        if (opened.Holder is { } holder)
        {
            findings.Summary = "one process has the state to itself";
            findings.Note(holder.Message, holder.Hint);
        }
        else if (opened.IsView)
        {
            findings.Summary = "no process has the state to itself";
        }
        else
        {
            ExamineState(opened.Store, findings, waited);
        }

        if (subject.KeepsBackups)
        {
            await ExamineRepositoryAsync(subject, findings, waited, cancellationToken);
        }
    }

    private static void ExamineState(StateStore store, Findings findings, string waited)
    {
        findings.Summary = "nobody holds a lock for long";
        try
        {
            // Taken and given back without writing anything.
            using StateTransaction transaction = store.BeginTransaction();
        }
        catch (StateBusyException busy)
        {
            findings.Summary = "the state is being written";
            findings.Warning(
                $"{busy.Message} Waited {waited}.",
                "Nothing can be saved meanwhile. A restore or a large transaction ends by itself; else end that process.");
        }
    }

    private static async Task ExamineRepositoryAsync(DoctorSubject subject, Findings findings, string waited, CancellationToken cancellationToken)
    {
        RepositoryLook repository = await subject.Repository;
        if (!repository.Exists || repository.Failure is not null)
        {
            return;
        }

        if (subject.Machine.FileOf(repository.Storage.Location) is { IsWritable: false })
        {
            findings.NotChecked("the repository's locks: its folder cannot be written");
            return;
        }

        if (await IsHeldAsync(subject, repository.Storage, cancellationToken))
        {
            findings.Summary = "the repository is being written";
            findings.Warning(
                $"another process has been publishing, cleaning up or pinning in {repository.Storage.Location} for over {waited}",
                "That takes milliseconds as a rule: see which process it is with `fuser publish.lock` in that folder.");
        }
    }

    private static async Task<bool> IsHeldAsync(DoctorSubject subject, IRepositoryStorage storage, CancellationToken cancellationToken)
    {
        long started = subject.Clock.GetTimestamp();
        while (true)
        {
            using IDisposable? taken = await storage.TryLockAsync(RepositoryLock.Publish, exclusive: true, cancellationToken);
            if (taken is not null)
            {
                return false;
            }

            if (subject.Clock.GetElapsedTime(started) >= DoctorSubject.LockPatience)
            {
                return true;
            }

            await Task.Delay(Pause, subject.Clock, cancellationToken);
        }
    }
}
