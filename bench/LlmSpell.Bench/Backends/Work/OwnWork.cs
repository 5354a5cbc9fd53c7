using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>The steps that only a store of ours can do: changes since a version, a backup, its restore.</summary>
internal sealed class OwnWork(OwnStore subject, WorkData data, StepClock clock)
{
    private const int ChangesInRound = 4;

    private static readonly BackupOptions Options = new() { MaxBackups = null, MaxBackupAge = null };

    internal StepSample Run(BackendStep step, int round) => step switch
    {
        BackendStep.ChangesOfTenthOfPercent => WalkChanges(oneIn: 1_000, round),
        BackendStep.ChangesOfPercent => WalkChanges(oneIn: 100, round),
        BackendStep.Backup => BackUp(),
        BackendStep.Restore => Restore(),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "This step is not one of ours alone."),
    };

    private StepSample WalkChanges(int oneIn, int round)
    {
        long walked = 0;
        long changed = 0;
        for (int i = 0; i < ChangesInRound; i++)
        {
            StateVersion version = subject.Store.ReadStatus().Version;
            using (ISession session = subject.Connect())
            {
                foreach (WorkItem[] batch in data.OneIn(oneIn, (round * ChangesInRound) + i).Chunk(BackendSteps.Batch))
                {
                    session.SaveTogether(batch);
                    changed += batch.Length;
                }
            }

            clock.Run(() => walked += Walk(version));
        }

        return walked == changed
            ? clock.Finish(ChangesInRound)
            : throw new InvalidOperationException($"{walked} changes were found, expected {changed}.");
    }

    private long Walk(StateVersion version)
    {
        using IStateSnapshot snapshot = subject.Store.OpenSnapshot();
        using IChangeCursor cursor = snapshot.ChangesSince(version);
        EntryTally tally = default;
        while (cursor.MoveNext())
        {
            tally.Add(cursor.Key, cursor.Value);
        }

        return tally.Entries;
    }

    private StepSample BackUp()
    {
        Folders.Renew(subject.Repository);
        clock.Run(() => Service(subject.Store).CreateAsync(new CreateRequest { Incremental = false }, Interruption.Token).GetAwaiter().GetResult());
        return clock.Finish(1);
    }

    /// <summary>Of the backup that was made in the step before, after which nothing changed.</summary>
    private StepSample Restore()
    {
        string id = Service(subject.Store).ListAsync(Interruption.Token).GetAwaiter().GetResult().Backups[^1].Id.Value;
        StepSample? sample = null;
        subject.WithEmptyStore(target =>
        {
            clock.Run(() => Service(target).RestoreAsync(id, Interruption.Token).GetAwaiter().GetResult());
            sample = clock.FinishWriting(1);
            if (target.ReadStatus().Fingerprint != subject.Store.ReadStatus().Fingerprint)
            {
                throw new InvalidOperationException("The restored state is not the one that was backed up.");
            }
        });
        return sample!;
    }

    private BackupService Service(StateStore store) => new(() => store, new FolderStorage(subject.Repository), Options);
}
