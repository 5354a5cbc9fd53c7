using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Output.Progress;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State.Copying;

internal static class StateCopyCommand
{
    public static Command Create()
    {
        Option<string?> from = Filled.Option(
            new Option<string?>(CopyPlaces.From) { Description = "The configuration whose state is copied; without it, the one in use.", HelpName = GlobalOptions.OtherConfiguration });
        Option<string?> to = Filled.Option(
            new Option<string?>(CopyPlaces.To) { Description = "The configuration whose state becomes the same; without it, the one in use.", HelpName = GlobalOptions.OtherConfiguration });
        Option<bool> replace = Flag.Create("Replace the entries that the target has, after a safety backup of them.", "--replace");
        Option<bool> noSafety = Flag.Create("Take no safety backup of what is replaced.", "--no-safety-backup");
        return new HandledCommand(
            "copy", "Copy the whole state of one configuration into that of another, whatever their backends, and check every entry.",
            context => RunAsync(context, new Order(context.Value(from), context.Value(to), context.Value(replace), !context.Value(noSafety))))
        {
            Options = { from, to, replace, noSafety },
            CanAsk = true,
            Examples = static () =>
            [
                new("llmspell state copy --to other/llmspell.toml", "Make the state of another configuration the same as this one's."),
                new("llmspell state copy --from sqlite.toml --to rocksdb.toml", "Move to another backend: two configurations that differ in backend_type."),
                new("llmspell state copy --from sqlite.toml --to rocksdb.toml --replace --yes", "Once more, over what was copied before, without a question."),
            ],
            SeeAlso = ["backup restore", "state export"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, Order order)
    {
        CopyPlaces places = context.Own(CopyPlaces.Open(context, order.From, order.To));

        // The source first: what is wrong with it must not leave a new state behind.
        StateStore source = places.SourceStore();
        long present = places.Target.ExistingStore?.ReadStatus().Entries ?? 0;
        places.CheckReplaced(present, order.Replace);
        places.CheckSafety(present, order.TakesSafety);
        if (present > 0)
        {
            await context.ConfirmAsync(
                $"{Quantities.Count(source.ReadStatus().Entries, "entry", "entries")} from {SafeText.OneLine(source.Location)} replace " +
                $"the state in {SafeText.OneLine(places.TargetPath)} ({Quantities.Count(present, "entry", "entries")}{(order.TakesSafety ? "" : ", without a safety backup")})");
        }

        CancellationToken interrupt = context.Interrupt;
        interrupt.ThrowIfCancellationRequested();
        long start = context.Host.Clock.GetTimestamp();
        StateStore target = places.Target.Store;
        using StateCopy copy = StateCopy.Begin(source, target, interrupt);

        // Others could write until it began.
        StoreStatus replaced = copy.Target;
        places.CheckReplaced(replaced.Entries, order.Replace);
        places.CheckSafety(replaced.Entries, order.TakesSafety);
        BackupSummary? safety = order.TakesSafety && replaced.Entries > 0
            ? await context.StepAsync("keeping the state before", token => places.KeepAsync(token))
            : null;
        bool adopts = places.IsSameFolder && replaced.Entries == 0;
        StoreStatus after;
        using (ProgressBar progress = context.Output.StartProgress("copying", ProgressUnit.Entries, copy.Source.Entries))
        {
            try
            {
                after = copy.Run(adopts, progress, interrupt);
            }
            catch (Exception error) when (safety is not null && !copy.MayBeSwitched && error is OperationCanceledException or StateCorruptException)
            {
                // Who tries a damaged source again and again would push out the one that still has what an earlier copy replaced.
                await places.Target.Backups.WithdrawSafetyAsync(safety);
                throw;
            }
        }

        context.Output.Step($"copying: {Quantities.Duration(context.Host.Clock.GetElapsedTime(start))}");
        return new CopyOutcome(
            new CopiedState(source.BackendKind, source.Location, copy.Source), new CopiedState(target.BackendKind, target.Location, after), replaced.Entries, safety)
        {
            TargetConfiguration = order.To ?? context.ConfigurationRequest.NamedFile,
        };
    }

    /// <summary>What was asked for.</summary>
    private sealed record Order(string? From, string? To, bool Replace, bool TakesSafety);
}
