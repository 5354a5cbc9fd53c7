using LlmSpell.Cli.Commands;
using LlmSpell.Cli.Hosting;

StandardDescriptors.Reserve();
return await CommandLine.RunAsync(args, CommandLineHost.OfProcess());
