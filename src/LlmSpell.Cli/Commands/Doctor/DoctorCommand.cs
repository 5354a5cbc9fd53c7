using System.CommandLine;
using LlmSpell.Cli.Commands.Doctor.Machine;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor;

internal static class DoctorCommand
{
    public static Command Create() => new HandledCommand(
        "doctor", "Look for what is wrong with configuration, state, backups and machine, and say what to do.", RunAsync)
    {
        Examples = static () =>
        [
            new("llmspell doctor", "Look at everything; exit code 0 if nothing is wrong."),
            new("llmspell doctor --output json", "The same, for a program to read."),
        ],
        SeeAlso = ["config check", "state check", "backup validate"],
    };

    private static async Task<ICommandResult> RunAsync(CommandContext context)
    {
        using var subject = new DoctorSubject(context.ConfigurationRequest, context.Host.Clock, new LocalMachine());
        return (await DoctorRun.RunAsync(DoctorChecks.All, subject, context.Interrupt)).Advising(context.Output.Commands);
    }
}
