using LlmSpell.Cli.Commands;
using LlmSpell.Cli.Hosting;

return await CommandLine.RunAsync(args, CommandLineHost.OfProcess());
