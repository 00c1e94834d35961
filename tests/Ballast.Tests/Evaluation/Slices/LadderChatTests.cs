using Ballast.Evaluation.Slices.Language;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class LadderChatTests
{
    private const string Tube = """[{"hypothesis": "It leans on tubes.", "attribute": "tube", "prompts": ["a tube is seen", "a tube"]}, {"hypothesis": "Or on noise.", "attribute": "noisy image", "prompts": ["noisy image"]}]""";

    private static LadderOptions With(ScriptedChat chat) => new() { Chat = chat, Task = "find the sick", Percentile = 50, TopSentences = 20 };

    private static async Task<IReadOnlyList<SliceHypothesis>> Embedded() =>
        [.. (await LeaningModel.Find(LeaningModel.Rows(1), new LadderOptions { Percentile = 50, TopSentences = 20 })).Hypotheses.Select(test => test.Hypothesis)];

    [Fact]
    public async Task A_chat_models_attributes_are_tested_like_any_other()
    {
        var chat = new ScriptedChat(() => Tube);

        var report = await LeaningModel.Find(LeaningModel.Rows(1), With(chat));

        Assert.Empty(report.Warnings);
        Assert.Equal(2 * 2 * 2, report.Hypotheses.Count);
        var tube = report.Hypotheses.Single(test => test.Class == 1 && test.Hypothesis is { Attribute: "tube", End: HypothesisEnd.High });
        Assert.True(tube.IsConfirmed);
        Assert.InRange(tube.Hypothesis.Direct!.RowsWith, 100, 200);
        Assert.All(report.Hypotheses.Where(test => test.Hypothesis.Attribute == "noisy image"), test => Assert.False(test.IsConfirmed));
    }

    [Fact]
    public async Task What_is_sent_is_numbered_at_temperature_0_and_kept_in_the_report()
    {
        var chat = new ScriptedChat(() => Tube);

        var report = await LeaningModel.Find(LeaningModel.Rows(1), With(chat));

        Assert.Equal(4, chat.Asked.Count);
        var question = chat.Asked[2].Messages[^1].Text;
        Assert.Contains("Task: find the sick. Class: sick.", question);
        Assert.Equal(20, report.Classes[1].HighSentences.Count);
        Assert.All(report.Classes[1].HighSentences.Index(), sentence => Assert.Contains($"\n{sentence.Index + 1}. {sentence.Item}\n", question, StringComparison.Ordinal));
        Assert.All(chat.Asked, asked => Assert.Equal(0, asked.Options!.Temperature));
        Assert.All(report.Classes, finding => Assert.True(finding.WereSent));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_parsed_is_asked_for_once_more_with_the_complaint()
    {
        var chat = new ScriptedChat(() => """[{"hypothesis": "x", "attribute": "tube"}]""", () => $"```json\n{Tube}\n```");

        var report = await LeaningModel.Find(LeaningModel.Rows(1), With(chat));

        Assert.Empty(report.Warnings);
        Assert.Equal(5, chat.Asked.Count);
        Assert.Contains("item 1 needs 'prompts'", chat.Asked[1].Messages[^1].Text);
    }

    [Theory]
    [InlineData("I would be happy to help you with that.")]
    [InlineData("[]")]
    [InlineData("{\"attribute\": \"tube\"}")]
    [InlineData("[\"tube\"]")]
    [InlineData("[{\"hypothesis\": \"x\", \"attribute\": 3, \"prompts\": [\"a\"]}]")]
    [InlineData("[{\"hypothesis\": \"x\", \"attribute\": \" \", \"prompts\": [\"a\"]}]")]
    [InlineData("[{\"hypothesis\": \"x\", \"attribute\": \"a\", \"prompts\": [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}]")]
    [InlineData("[{\"hypothesis\": \"x\", \"attribute\": \"HEALTHY\", \"prompts\": [\"a\"]}]")]
    [InlineData("")]
    [InlineData("```")]
    public async Task Nonsense_twice_falls_back_to_phrases_and_says_so(string nonsense)
    {
        var chat = new ScriptedChat(() => nonsense);

        var report = await LeaningModel.Find(LeaningModel.Rows(1), With(chat));

        Assert.Contains(report.Warnings, warning => warning.StartsWith("Class 'healthy': the chat model's answer could not be used twice (", StringComparison.Ordinal) && warning.EndsWith("its hypotheses are from phrases instead.", StringComparison.Ordinal));
        Assert.Equal((await Embedded()).Where(h => h.End == HypothesisEnd.High).Select(h => h.Attribute).First(), report.Hypotheses[0].Hypothesis.Attribute);
        Assert.NotEmpty(report.Slices);
    }

    [Fact]
    public async Task Deep_or_endless_answers_are_nonsense_too()
    {
        foreach (var answer in new[] { new string('[', 5000), $"[\"{new string('a', 200_000)}\"]" })
            Assert.NotEmpty((await LeaningModel.Find(LeaningModel.Rows(1), With(new ScriptedChat(() => answer)))).Warnings);
    }

    [Fact]
    public async Task A_failing_endpoint_falls_back_to_phrases_and_says_so()
    {
        foreach (Exception failure in new Exception[] { new HttpRequestException("503: overloaded"), new TaskCanceledException("timed out"), new InvalidOperationException("no key\nset") })
        {
            var chat = new ScriptedChat(() => throw failure);

            var report = await LeaningModel.Find(LeaningModel.Rows(1), With(chat));

            Assert.Equal(2, report.Warnings.Count);
            Assert.Contains($"the chat model failed ({failure.Message.Replace('\n', ' ')})", report.Warnings[0], StringComparison.Ordinal);
            Assert.Equal((await Embedded()).Select(h => h.Attribute), report.Hypotheses.Select(test => test.Hypothesis.Attribute));
        }
    }

    [Fact]
    public async Task Cancellation_is_no_failure_of_the_endpoint()
    {
        using var stop = new CancellationTokenSource();
        var chat = new ScriptedChat(() =>
        {
            stop.Cancel();
            throw new OperationCanceledException();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => LeaningModel.Find(LeaningModel.Rows(1), With(chat), stop.Token));
    }
}
